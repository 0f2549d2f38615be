"""The time that is looked at: in a few dozen steps, all of which are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from observability.health import windows
from portal.errors import Refused

NOW = datetime(2026, 11, 20, 14, 7, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "step"),
    [("1h", "1 min"), ("6h", "5 min"), ("24h", "20 min"), ("7d", "3 h"), ("30d", "12 h")],
)
def test_a_preset_ends_now_and_has_few_steps(span: str, step: str) -> None:
    window = windows.read({"span": span}, NOW)
    assert window.step == step
    assert window.since <= NOW - windows.PRESETS[span][1]
    assert NOW <= window.until < NOW + timedelta(hours=6)
    assert window.seconds == (NOW - window.since).total_seconds()
    assert window.asked == {"span": span}


@pytest.mark.parametrize("span", list(windows.PRESETS))
def test_the_time_before_is_as_long_and_ends_where_it_begins(span: str) -> None:
    window = windows.read({"span": span}, NOW)
    assert window.before.until == window.since
    assert window.before.length == window.length


@pytest.mark.parametrize(("days", "least"), [(0, 60), (1, 60), (3, 600), (10, 3600), (40, 21_600)])
def test_what_is_long_past_is_told_in_the_steps_that_are_left(days: int, least: int) -> None:
    until = NOW - timedelta(days=days)
    given = {"since": (until - timedelta(hours=1)).isoformat(), "until": until.isoformat()}
    window = windows.read(given, NOW)
    assert window.wide % least == 0
    assert window.asked == {
        "since": windows.written(window.since),
        "until": windows.written(window.until),
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"span": "9y"}, "There is no span “9y”"),
        ({"since": "2026-09-01", "until": "2026-11-01"}, "31 days at most"),
        ({"since": "2026-11-19", "until": "2026-11-18"}, "lies before its beginning"),
        ({"since": "2027-01-01", "until": "2027-01-02"}, "has not come yet"),
        ({"since": "soon"}, "“soon” is no time"),
        ({"since": "1960-01-01", "until": "1960-01-02"}, "Write a time from 1970 to 2199"),
    ],
)
def test_nonsense_is_refused_in_words(given: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        windows.read(given, NOW)
    assert said in refused.value.message
