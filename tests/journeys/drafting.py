"""A draft to write in, and what tests do with one: write, and see that it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from pipelines.previews import work
from portal.files.writing import written
from tests.journeys.site import Site
from tests.patience import wait_for
from tests.pipelines.factories import file


@contextmanager
def begun(site: Site) -> Iterator[Draft]:
    """An input whose columns are known, a parameter, and no query yet."""
    content = file("")
    content["metadata"] = {**content["metadata"], "name": "busy-months", "title": "Busy months"}
    for part in ("contract", "checks", "deliveries"):
        del content["spec"][part]
    house = site.whole.house
    draft = operations.begin(
        team=house.team, text=written(content), by=house.developer, now=timezone.now()
    )
    for look in operations.look(draft=draft, who=house.developer, now=timezone.now()):
        work.look(look_id=str(look.pk), clock=timezone.now)
    yield draft
    operations.discard(draft=draft, by=house.developer, now=timezone.now())


def editor(page: Page, name: str = "Query") -> Locator:
    """The editor in which people write, with the keyboard in it."""
    found = page.locator(".cm-content").and_(page.get_by_role("textbox", name=name))
    found.click()
    expect(found).to_be_focused()
    return found


def saved(draft: Draft, words: str) -> None:
    """Until the draft says it, in the database."""

    def text() -> str:
        return Draft.objects.get(pk=draft.pk).text

    wait_for(lambda: words in text(), 30, lambda: f"“{words}” is not in\n{text()}")
