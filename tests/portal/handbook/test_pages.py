"""The handbook is whole: every page, every link in it, every page that leads into it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts import access
from portal.handbook import helping, library
from portal.handbook.meanings import MEANINGS
from portal.search import feeds, queries, words

Browser = Callable[[str], Client]
PICTURE = re.compile(r"img/([\w.-]+\.png)")
HREF = re.compile(r'href="(/handbook/([^"#]+)/)?(?:#([^"]+))?"')


@pytest.mark.parametrize("name", library.pages())
def test_page(name: str) -> None:
    page = library.page(name)
    assert page.title
    assert page.summary, "the list of pages shows the first sentence"
    pages = library.pages()
    for _, other, anchor in HREF.findall(page.html):
        target = pages.get(other) if other else page
        assert target, f"{name} leads to {other}"
        if anchor:
            assert anchor in {heading.anchor for heading in target.headings}, f"{other}#{anchor}"


def test_no_link_of_a_how_to_is_lost() -> None:
    for name, page in library.pages().items():
        if name.startswith(("how-to/", "first-steps/")):
            assert "<a>" not in page.html, f"{name} names a file that is no page"


def test_every_picture_has_both_schemes_and_is_shown_somewhere() -> None:
    folder = library.FOLDER / "img"
    texts = [path.read_text() for path in library.FOLDER.rglob("*.md")]
    texts.append((library.FOLDER.parent / "README.md").read_text())
    shown = {name for text in texts for name in PICTURE.findall(text)}
    light = {path.name for path in folder.glob("*-light.png")}
    assert {name for name in shown if name.endswith("-light.png")} == light
    assert {name.replace("-light", "-dark") for name in light} == {
        path.name for path in folder.glob("*-dark.png")
    }
    assert shown <= {path.name for path in folder.iterdir()}
    html = library.page("how-to/see-clients").html
    assert "only-light" in html
    assert "only-dark" in html


def test_every_page_of_the_portal_leads_to_one_that_is_there() -> None:
    assert set(helping.PAGES.values()) <= set(library.pages())


def test_dialogs_about_who_answers_and_who_calls_lead_to_their_pages() -> None:
    for name in ("component-claim", "component-let-go"):
        assert helping.page_for(name) == "how-to/claim-a-service"
    for name in ("component-declare", "component-undeclare"):
        assert helping.page_for(name) == "how-to/read-service-map"


def test_a_page_of_its_own_kind_has_help_of_its_own() -> None:
    assert helping.page_for("change-comparison") == "how-to/compare-releases"
    assert helping.page_for("change-list") == "how-to/connect-deployments"


def test_every_state_has_a_meaning() -> None:
    wanted = set()
    for path in navigation.STATES.values():
        model = import_string(path)
        wanted |= {f"{model.__name__}.{state.value}" for state in model.State}
    assert wanted == set(MEANINGS)


def test_the_page_of_roles_is_the_permission_book() -> None:
    html = library.page("reference/roles").html
    for rule in access.BOOK.values():
        assert rule.words.replace("'", "&#x27;") in html


def test_pages_are_read_in_order_and_found(browser: Browser) -> None:
    client = browser("jonas")
    contents = client.get("/handbook/").content.decode()
    assert contents.index("The first day") < contents.index("Roll back")
    page = client.get("/handbook/first-steps/first-day/").content.decode()
    assert "Find and do anything" in page.partition("Before and after")[2]
    assert client.get("/handbook/no/such/page/").status_code == 404
    assert client.get("/handbook/../portal/settings/").status_code == 404


def test_the_handbook_is_searched(browser: Browser, people: dict[str, object]) -> None:
    feeds.rebuild(["page"])
    hits = queries.find(words.asked("how do I roll back", kind="page"), people["jonas"]).hits  # type: ignore[arg-type]
    assert hits[0].url == "/handbook/how-to/roll-back/"
    hits = queries.find(words.asked("hand over", kind="page"), people["jonas"]).hits  # type: ignore[arg-type]
    assert hits[0].url == "/handbook/how-to/look-after/#hand-it-over"


def test_a_page_says_where_the_handbook_helps(browser: Browser) -> None:
    page = browser("jonas").get("/deployments/").content.decode()
    assert 'href="/handbook/how-to/deploy/" data-key="i"' in page
