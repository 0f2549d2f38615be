"""A fresh installation: one account and nothing else. Each page says what will stand there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from portal.accounts import operations as accounts
from portal.accounts.models import User
from tests.conftest import PASSWORD
from tests.journeys import axe
from tests.journeys import site as sites
from tests.journeys.conftest import signed_in
from tests.journeys.looking import CONTENT, beyond, listened, settle
from tests.journeys.test_pages import NO_PAGES, OPEN_TO_ALL, REFUSED, pages

pytestmark = pytest.mark.journey

# One look is enough, and without the frame: what these pages are made of is looked at elsewhere.
SAME = ("/api/docs/", "/handbook/")  # whatever there is in the portal
PAGES = [
    path
    for path in pages()
    if "{" not in path and path not in (*OPEN_TO_ALL, *REFUSED, *NO_PAGES, *SAME)
]


@pytest.fixture(scope="module")
def page(
    chromium: Browser,
    django_db_setup: None,
    django_db_blocker: object,
) -> Iterator[Page]:
    """The page of the only account, of the platform role, on the day of the installation."""
    with django_db_blocker.unblock(), sites.fresh(_founder) as site:  # type: ignore[attr-defined]
        page = signed_in(chromium, site, "priya").new_page()
        yield page
        page.context.close()


def _founder() -> dict[str, User]:
    founder = accounts.create_user(
        username="priya",
        full_name="Priya Nair",
        email="priya@example.com",
        password=PASSWORD,
        is_platform=True,
        by=None,
        now=timezone.now(),
    )
    return {"priya": founder}


@pytest.mark.parametrize("path", PAGES)
def test_page_of_a_fresh_installation(path: str, page: Page) -> None:
    with listened(page) as said:
        page.goto(path)
        settle(page)
        found = axe.violations(page, CONTENT)
    if over := beyond(page):
        found.append(f"scrolls sideways by {over} px")
    assert not found + said, "\n".join([path, *found, *said])
    assert page.locator("#content").inner_text().strip()
