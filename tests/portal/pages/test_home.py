"""Home: the count is the title; a floor that does not answer costs its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from portal import navigation
from portal.home import running
from portal.navigation import Need
from tests.conftest import NOW

Browser = Callable[[str], Client]


def some_need(hours: int, title: str) -> Need:
    return Need("bad", "bad", "Failure", title, "", NOW - timedelta(hours=hours), "/", "Look")


def test_a_newcomer_is_taught(browser: Browser) -> None:
    page = browser("priya").get("/").content.decode()
    assert "Welcome, Priya" in page
    assert "A maintainer adds you" in page
    assert "/people/priya/" in page, "who can make a team"
    assert "/api/v1/transformations/" in page


def test_in_a_team_without_components_the_first_step_is_done(browser: Browser) -> None:
    page = browser("mira").get("/").content.decode()
    assert "Nothing needs you, Mira" in page
    assert "You are in airline-data" in page


def test_who_only_looks_on_is_not_asked_to_write(browser: Browser) -> None:
    button = '<a class="button button-primary" href="/drafts/new">'
    assert button in browser("mira").get("/").content.decode()
    assert button not in browser("jonas").get("/").content.decode()


def test_who_may_begin_a_draft_is_one_rule_at_home_and_in_the_list(browser: Browser) -> None:
    """The platform role may without a team."""
    button = '<a class="button button-primary" href="/drafts/new">'
    for path in ("/", "/drafts/"):
        for person, is_offered in (("priya", True), ("hannah", True), ("jonas", False)):
            page = browser(person).get(path).content.decode()
            assert (button in page) is is_offered, (path, person)


def test_the_oldest_need_stands_first(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"one": f"{__name__}.newer", "two": f"{__name__}.older"}
    monkeypatch.setattr(navigation, "NEEDS", given)
    page = browser("ines").get("/").content.decode()
    assert "Two things need you, Ines" in page
    assert "<title>(2) Home" in page
    assert page.index("since yesterday") < page.index("just now")


def test_a_silent_floor_is_named_and_the_others_are_shown(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"Runs": f"{__name__}.broken", "Deployments": f"{__name__}.newer"}
    monkeypatch.setattr(navigation, "NEEDS", given)
    page = browser("ines").get("/").content.decode()
    assert "Runs did not answer" in page
    assert "just now" in page


def test_how_many_deployments_run_is_not_known_rather_than_none_where_nobody_answers(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = browser("ines")
    said = '<span class="quiet-label">How many run is </span><span class="nowrap">not known'
    for path in ("/", "/counts"):
        assert said not in ines.get(path).content.decode()
        with monkeypatch.context() as patch:
            patch.setattr(running, "DEPLOYMENTS", f"{__name__}.broken")
            assert said in ines.get(path).content.decode(), path
    assert said not in ines.get("/runs/").content.decode(), "there it is asked for afterwards"


def newer(*_: object) -> list[Need]:
    return [some_need(0, "just now")]


def older(*_: object) -> list[Need]:
    return [some_need(30, "since yesterday")]


def broken(*_: object) -> list[Need]:
    raise RuntimeError("the table is gone")
