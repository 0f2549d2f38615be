"""How far environments lie apart, and what may go on from where."""

from __future__ import annotations

from deployments.matrix.cells import Served, gaps


def apart(*numbers: int, rejected: str = "") -> dict[str, str]:
    names = ("development", "staging", "production")
    places = [
        Served(name, number, is_rejected=name == rejected)
        for name, number in zip(names, numbers, strict=True)
    ]
    return {name: gap.words for name, gap in gaps(places).items()}


def test_places_that_stand_level_have_no_gap() -> None:
    assert apart(3, 3, 3) == {}
    assert apart(0, 0, 0) == {}
    assert apart(0, 0, 2) == {}


def test_a_gap_counts_the_versions_between() -> None:
    assert apart(5, 5, 3) == {"production": "2 behind staging"}
    assert apart(5, 2, 3) == {"staging": "3 behind development", "production": "1 ahead of staging"}


def test_a_place_in_between_without_anything_is_stepped_over() -> None:
    found = apart(5, 0, 3)
    assert found == {
        "staging": "not here yet, development has v5",
        "production": "2 behind development",
    }


def test_only_the_next_place_says_that_nothing_came_yet() -> None:
    assert apart(4, 0, 0) == {"staging": "not here yet, development has v4"}


def test_what_is_rejected_or_older_does_not_go_on() -> None:
    assert gaps([Served("staging", 3), Served("production", 2)])["production"].may_follow
    for before in (Served("staging", 3, is_rejected=True), Served("staging", 1)):
        assert not gaps([before, Served("production", 2)])["production"].may_follow
