"""The real pages in front of the browser that all tests of a worker share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django import DjangoDbBlocker

from pipelines.drafts.models import Draft
from tests.journeys import drafting
from tests.journeys.site import FreshSite, Site, furnished, opened
from tests.worlds import Kept, keep


@pytest.fixture(scope="session")
def kept_site(
    cast: Kept,
    zygote: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Kept:
    """The whole house, furnished once for all modules of this worker."""
    with django_db_blocker.unblock():
        return keep(furnished, upon=cast, folder=tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def site(cast: Kept, kept_site: Kept, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """The furnished house behind a web server in this process; gone after the module."""
    with django_db_blocker.unblock(), opened(cast, kept_site) as site:
        yield site


@pytest.fixture
def window(chromium: Browser, site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """`window("ines", width=390, scheme="dark")`: a browser in which this person is signed in."""
    contexts: list[BrowserContext] = []

    def open_as(name: str = "", *, width: int = 1440, scheme: str = "light") -> BrowserContext:
        contexts.append(signed_in(chromium, site, name, width=width, scheme=scheme))
        return contexts[-1]

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tab(chromium: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """`tab("mira")`: one page of this person for all tests of the module that only look.

    What the browser has read stays read: scripts, styles, and what they compile to.
    """
    pages: dict[str, Page] = {}

    def of(name: str) -> Page:
        if name not in pages:
            pages[name] = signed_in(chromium, site, name).new_page()
        return pages[name]

    yield of
    for page in pages.values():
        page.context.close()


@pytest.fixture
def draft(site: Site) -> Iterator[Draft]:
    """An input whose columns are known, a parameter, and no query yet; put away afterwards."""
    with drafting.begun(site) as draft:
        yield draft


def signed_in(
    chromium: Browser, site: FreshSite, name: str, *, width: int = 1440, scheme: str = "light"
) -> BrowserContext:
    """A browser of their own for this person, or for nobody: ""."""
    context = chromium.new_context(
        base_url=site.address,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    if name:
        cookie = {"name": "sessionid", "value": site.session(name), "url": site.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context
