"""The page of the search and its API."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from rest_framework.test import APIClient

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
