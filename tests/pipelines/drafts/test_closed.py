"""A draft that was put away or registered: its pages say so, also where they are open already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from portal.errors import Moved
from portal.files.writing import written as as_file
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]
Post = Callable[..., Draft]
HTMX = {"HTTP_HX_REQUEST": "true"}
CHECK = {"name": "few", "sql": "SELECT * FROM result WHERE flights < 1"}


def begun(house: House, **spec: Any) -> Draft:
    return operations.begin(
        team=house.team, text=as_file(file(**spec)), by=house.developer, now=timezone.now()
    )


def registered(house: House, **spec: Any) -> Draft:
    draft = begun(house, **spec)
    operations.register(draft=draft, by=house.developer, now=timezone.now())
    return queries.draft(draft.number)


def test_a_page_that_is_open_says_that_the_draft_was_discarded(
    house: House, browser: Browser, draft: Draft
) -> None:
    operations.discard(draft=draft, by=house.owner, now=timezone.now())
    here = browser("mira").post(f"{draft.url}here", {"seen": "1", "is_open": "1"}, **HTMX)
    assert "Tomas Novak discarded it: load it" in here.content.decode()
    later = browser("mira").post(f"{draft.url}here", {"seen": "1"}, **HTMX)
    assert "discarded" not in later.content.decode(), "a page that says so already"


def test_who_writes_on_in_a_discarded_draft_gets_the_way_back_with_the_refusal(
    house: House, browser: Browser, draft: Draft
) -> None:
    operations.discard(draft=draft, by=house.owner, now=timezone.now())
    given = {"edit": "sql", "sql": "SELECT 1", "seen": "1"}
    answer = browser("mira").post(f"{draft.url}edit", given, **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<div class="notices" id="draft-notices" hx-swap-oob="morph">' in page
    assert f'action="{draft.url}bring-back"' in page


def test_a_registered_draft_offers_nothing_that_is_over(house: House, browser: Browser) -> None:
    draft = registered(house, checks=[CHECK])
    for path in ("", "review"):
        page = browser("mira").get(f"{draft.url}{path}").content.decode()
        assert "tried with the next preview" not in page
        assert ">Edit</a>" not in page


def test_the_review_of_what_was_registered_says_what_it_changed(
    house: House, browser: Browser
) -> None:
    registered(house)
    draft = registered(house, checks=[])
    registered(house, checks=[CHECK])
    page = browser("mira").get(f"{draft.url}review").content.decode()
    assert '<h2 id="becomes">carrier-punctuality v2</h2>' in page
    assert "of v1</span>" in page


def test_a_draft_that_says_what_is_registered_becomes_no_version_that_there_is_not(
    house: House, browser: Browser
) -> None:
    registered(house)
    page = browser("mira").get(f"{begun(house).url}review").content.decode()
    heading = '<h2 id="becomes">carrier-punctuality v1</h2>'
    assert f"{heading}<span>is what this draft says: nothing changes</span>" in page


def test_what_somebody_did_meanwhile_is_said_as_a_sentence(
    house: House, browser: Browser, draft: Draft, post: Post
) -> None:
    draft = post(draft, "check", number="", **CHECK)
    seen = str(draft.revision)
    post(draft, "check.remove", number="0", was="few", by=house.owner)
    given = {"edit": "sql", "sql": "SELECT 1", "seen": seen}
    page = browser("mira").post(f"{draft.url}edit", given, **HTMX).content.decode()
    assert "Tomas Novak removed the check “few” meanwhile" in page
    with pytest.raises(Moved, match=r"^You removed the check “few” meanwhile"):
        operations.register(draft=draft, by=house.owner, now=timezone.now(), seen=int(seen))
