"""Which times are compared: equal ones, each of one release, as long as there is one."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from observability.comparison import windows
from observability.comparison.windows import Sides, Switch
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def switch(minutes: float, release: str, kind: str = "deployment", content: str = "") -> Switch:
    return Switch(NOW + MINUTE * minutes, release, kind, f"{release}@{minutes:g}", content)


def around(this: Switch, *others: Switch, now: datetime) -> Sides:
    earlier = sorted((one for one in others if one.at <= this.at), key=lambda one: one.at)
    later = sorted((one for one in others if one.at > this.at), key=lambda one: one.at)
    return windows.sides(this, earlier[::-1], later, now)


def test_a_young_release_is_compared_over_as_long_as_it_lives() -> None:
    found = around(switch(0, "3"), switch(-600, "2"), now=NOW + MINUTE * 14)
    assert found.before is not None
    assert (found.before.since, found.before.until) == (NOW - MINUTE * 14, NOW)
    assert (found.after.since, found.after.until) == (NOW, NOW + MINUTE * 14)
    assert found.is_open
    assert found.words == "14 m 00 s on each side of the switch"


def test_the_next_release_ends_its_time() -> None:
    found = around(switch(0, "3"), switch(-600, "2"), switch(12, "2"), now=NOW + MINUTE * 90)
    assert found.length == MINUTE * 12
    assert not found.is_open


def test_a_release_before_that_was_short_makes_both_times_short() -> None:
    found = around(switch(0, "3"), switch(-5, "2"), switch(-900, "1"), now=NOW + MINUTE * 90)
    assert found.before is not None
    assert (found.before.release, found.length) == ("2", MINUTE * 5)


def test_another_commit_under_the_same_name_is_another_release() -> None:
    found = around(
        switch(0, "main", content="b"),
        switch(-20, "main", content="a"),
        switch(-90, "main", content="0"),
        switch(7, "main", content="b"),
        switch(12, "main", content="c"),
        now=NOW + MINUTE * 90,
    )
    assert found.before is not None
    assert found.before.names == ("main@-20",)
    assert found.after.names == ("main@0", "main@7")
    assert found.length == MINUTE * 12


def test_a_configuration_does_not_end_the_time_of_a_release() -> None:
    found = around(
        switch(0, "3"),
        switch(-3, "2", "configuration"),
        switch(-60, "2"),
        switch(4, "3", "configuration"),
        now=NOW + MINUTE * 20,
    )
    assert found.before is not None
    assert found.length == MINUTE * 20
    assert found.before.names == ("2@-3", "2@-60")
    assert found.after.names == ("3@0", "3@4")


def test_configurations_are_compared_with_each_other() -> None:
    found = around(
        switch(0, "3", "configuration"),
        switch(-60, "3"),
        switch(7, "3", "configuration"),
        now=NOW + MINUTE * 20,
    )
    assert found.length == MINUTE * 7
    assert found.after.names == ("3@0",)


def test_a_configuration_stands_beside_the_one_before_alone() -> None:
    """Not beside all that the release did so far: the one before that was another, too."""
    found = around(
        switch(0, "3", "configuration"),
        switch(-10, "3", "configuration"),
        switch(-60, "3"),
        now=NOW + MINUTE * 90,
    )
    assert found.before is not None
    assert (found.before.names, found.length) == (("3@-10",), MINUTE * 10)


def test_a_rollback_to_another_configuration_is_one_too() -> None:
    found = around(
        switch(0, "3", "rollback"),
        switch(-10, "3", "configuration"),
        switch(-60, "3"),
        now=NOW + MINUTE * 90,
    )
    assert found.before is not None
    assert (found.before.names, found.length) == (("3@-10",), MINUTE * 10)


def test_nothing_stands_before_the_first_one() -> None:
    found = around(switch(0, "1"), now=NOW + MINUTE)
    assert found.before is None
    assert found.is_open


def test_at_most_a_week_counts() -> None:
    found = around(switch(0, "3"), switch(-90_000, "2"), now=NOW + timedelta(days=40))
    assert found.length == windows.LONGEST
    assert not found.is_open


moments = some.lists(some.integers(-300, 300), min_size=1, max_size=8, unique=True)


@given(moments, some.data())
def test_times_are_equal_and_hold_no_other_release(
    minutes: list[int], data: some.DataObject
) -> None:
    releases = [data.draw(some.sampled_from("123")) for _ in minutes]
    every = [switch(at, release) for at, release in zip(minutes, releases, strict=True)]
    this = data.draw(some.sampled_from(every))
    found = around(this, *(one for one in every if one is not this), now=NOW + MINUTE * 301)
    sides = [side for side in (found.before, found.after) if side]
    assert {side.until - side.since for side in sides} == {found.length}
    for side in sides:
        inside = {one.release for one in every if side.since <= one.at < side.until}
        assert inside <= {side.release}
