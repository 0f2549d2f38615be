"""The axis drawn: round steps, each change in its own, ways to move, marks of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some
from pytest_django import Settings

from observability.changes import axis, operations
from observability.changes.marks import Mark, Scope
from observability.changes.models import Change
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.errors import Refused
from tests.conftest import NOW

WEEK = axis.span(days="7", since="", until="", now=NOW)


def test_a_time_is_cut_into_round_steps() -> None:
    steps = {days: axis.span(days=days, since="", until="", now=NOW).step for days in axis.PRESETS}
    assert steps["1"] == timedelta(minutes=30)
    assert steps["7"] == timedelta(hours=3)
    assert steps["365"] == timedelta(days=7)
    assert axis.floor(NOW, timedelta(hours=3)) == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert axis.floor(NOW, timedelta(days=7)).weekday() == 0


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("1", r"\d\d:\d\d"),
        ("7", r"[1-9]\d? [A-Z][a-z]{2} \d\d:\d\d"),
        ("90", r"[1-9]\d? [A-Z][a-z]{2}"),
    ],
)
def test_hours_below_the_axis_keep_their_nought_and_days_have_none(days: str, words: str) -> None:
    drawn = axis.drawn([], axis.span(days=days, since="", until="", now=NOW))
    assert drawn.ticks
    assert [label for _, label in drawn.ticks if not re.fullmatch(words, label)] == []


@settings(deadline=None)
@given(some.lists(some.integers(0, 7 * 24 * 60 - 1), max_size=60))
def test_each_change_of_the_time_is_counted_once(minutes: list[int]) -> None:
    rows = [(WEEK.since + timedelta(minutes=at), "deployment", "succeeded") for at in minutes]
    drawn = axis.drawn(rows, WEEK)
    assert drawn.number == sum(bar.number for bar in drawn.bars) == len(rows)
    assert len(drawn.bars) <= axis.MOST_BARS + 1
    assert all(part.y >= 0 for bar in drawn.bars for part in bar.parts)


def test_a_bar_says_what_happened_in_words() -> None:
    at = WEEK.since + timedelta(hours=1)
    drawn = axis.drawn(
        [(at, "deployment", "succeeded"), (at, "rollback", "succeeded"), (at, "run", "failed")],
        WEEK,
    )
    words = next(bar.words for bar in drawn.bars if bar.number)
    assert words.endswith(
        "1 deployed or released, 1 taken back, paused or rejected, 1 failed or broken"
    )


def test_ways_lead_closer_and_wider_and_never_into_the_future() -> None:
    since, until = WEEK.closer()
    assert until - since == timedelta(days=3.5)
    since, until = WEEK.wider(NOW)
    assert (until, until - since) == (NOW, timedelta(days=14))
    assert WEEK.later(NOW) == (WEEK.since, WEEK.until)
    assert WEEK.earlier()[1] == NOW - timedelta(days=3.5)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"days": "8"}, "days"),
        ({"since": "soon"}, "since"),
        ({"since": "1900-01-01"}, "since"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until"),
        ({"since": "2020-01-01"}, "since"),
    ],
)
def test_what_is_no_time_is_refused_in_words(words: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        axis.span(**{"days": "", "since": "", "until": "", **words}, now=NOW)
    assert refused.value.field == field


@pytest.fixture
def component(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="weather-api", team=airline_data, kind="api", by=people["mira"], now=NOW
    )


def happened(component: Component, name: str, days: float, **given: object) -> Change:
    usual = {
        "kind": Change.Kind.DEPLOYMENT,
        "outcome": Change.Outcome.SUCCEEDED,
        "environment": "production",
        "title": name,
        "by": None,
        "started_at": timezone.now() - timedelta(days=days),
    }
    return operations.record(external_id=name, component=component, **{**usual, **given})  # type: ignore[arg-type]


def first_patterns(scope: Scope) -> Iterable[Mark]:
    """A contributor as another topic would have one."""
    assert scope.component == "weather-api"
    yield Mark(scope.until - timedelta(hours=2), "“lost <n> birds” for the first time", "/logs/")


def broken(scope: Scope) -> Iterable[Mark]:
    raise RuntimeError(scope)


def test_the_page_is_zoomed_filtered_and_flagged(
    component: Component, browser: Callable[[str], Client], settings: Settings
) -> None:
    here = f"{__name__}"
    settings.CHANGE_MARKS = [f"{here}.broken", f"{here}.first_patterns"]
    happened(component, "recent", 0.1)
    happened(component, "undone", 0.2, kind=Change.Kind.ROLLBACK)
    happened(component, "old", 60)
    client = browser("jonas")

    def page(query: str) -> str:
        answer = client.get(f"/changes/?component=weather-api&{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    everything = page("")
    assert "old" in everything
    assert "2 changes in this time" in everything
    assert "“lost &lt;n&gt; birds” for the first time" in everything
    recent = page("days=7&kind=deployment&kind=release")
    assert "recent" in recent
    assert "<b>old</b>" not in recent
    assert "<b>undone</b>" not in recent
    assert "<b>old</b>" in page("days=90")
    assert "<b>undone</b>" in page("kind=rollback")


def test_a_list_that_is_read_is_told_of_newer_ones(
    component: Component, browser: Callable[[str], Client]
) -> None:
    seen = happened(component, "seen", 1)
    happened(component, "came since", 0)
    answer = browser("jonas").get(f"/changes/?upto={seen.pk}", headers={"HX-Request": "true"})
    assert b"1 new" in answer.content
    assert b"came since" not in answer.content
