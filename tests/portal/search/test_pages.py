"""The page of the search and its API."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from rest_framework.test import APIClient

from portal.search import operations
from portal.search.things import Thing

Browser = Callable[[str], Client]


def test_a_found_thing_is_a_link_and_facets_narrow_down(browser: Browser) -> None:
    page = browser("jonas").get("/search", {"q": "data"}).content.decode()
    assert 'href="/teams/airline-data/"' in page
    assert "2 things fit" in page
    assert "?q=data&amp;kind=team" in page
    page = browser("jonas").get("/search", {"q": "data", "kind": "team"}).content.decode()
    assert 'href="?q=data"' in page, "the chosen one takes itself away"


def test_an_empty_answer_teaches(browser: Browser) -> None:
    page = browser("jonas").get("/search", {"q": "zzzz"}).content.decode()
    assert "Nothing fits" in page
    assert "column:carrier" in page
    assert "Everything that has a name" in browser("jonas").get("/search").content.decode()


REQUEST = "01a2295a10787341a138683004139710"


def test_the_number_of_a_request_finds_that_alone(
    browser: Browser, program: Callable[..., APIClient]
) -> None:
    operations.put(Thing("team", "line-01", "/teams/line-01/", "team"))
    page = browser("jonas").get("/search", {"q": REQUEST}).content.decode()
    assert f"Logs of request {REQUEST}" in page
    assert "This has the number." in page
    assert "line-01" not in page, "its digits are no words"
    found = program("jonas", "read").get("/api/v1/search/", {"q": REQUEST}).json()
    assert [one["kind"] for one in found["results"]] == ["request"]
    assert (found["mended"], found["total"]) == ("", 0)


def test_programs_search_too(program: Callable[..., APIClient]) -> None:
    client = program("jonas", "read")
    found = client.get("/api/v1/search/", {"q": "mira"}).json()
    assert [(one["kind"], one["url"]) for one in found["results"]] == [("person", "/people/mira/")]
    assert client.get("/api/v1/search/", {"kind": "nonsense"}).status_code == 422
    assert program("jonas", "deploy").get("/api/v1/search/", {"q": "mira"}).status_code == 403


def test_a_person_has_a_page(browser: Browser) -> None:
    page = browser("hannah").get("/people/mira/").content.decode()
    assert "Mira Okafor" in page
    assert "developer" in page
    assert browser("hannah").get("/people/nobody/").status_code == 404
