"""How fresh something is, in words, against what was promised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.clients.freshness import Facts, Trouble, about, overall, standing
from tests.conftest import NOW

HOUR = timedelta(hours=1)
FAILED = Trouble("failed", "The disk is full.", NOW - HOUR, "/runs/7/")
RUN = Trouble("run", "Run 7 failed.", NOW - HOUR, "/runs/7/")


def said(**facts: object) -> tuple[str, str, str]:
    found = standing(Facts(**facts), NOW)  # type: ignore[arg-type]
    return found.tone, found.label, found.note


@pytest.mark.parametrize(
    ("age", "tone", "label", "note"),
    [
        (2 * HOUR, "good", "Fresh, 2 h ago", "good for 24 h more"),
        (26 * HOUR, "good", "Fresh, 26 h ago", "good for a moment more"),
        (26 * HOUR + timedelta(minutes=40), "warn", "Late by 40 min", ""),
        (100 * HOUR, "warn", "Late by 3 days", ""),
    ],
)
def test_against_the_objective(age: timedelta, tone: str, label: str, note: str) -> None:
    assert said(delivered_at=NOW - age, promised=26 * HOUR) == (tone, label, note)


def test_against_the_schedule() -> None:
    due = {"delivered_at": NOW - 5 * HOUR, "next_at": NOW + 3 * HOUR}
    assert said(**due) == ("good", "Fresh, 5 h ago", "due in 3 h")
    missed = {"delivered_at": NOW - 25 * HOUR, "missed_at": NOW - HOUR}
    assert said(**missed) == ("warn", "Late by 60 min", "")
    just = {"delivered_at": NOW - 25 * HOUR, "missed_at": NOW - timedelta(minutes=9)}
    assert said(**just) == ("good", "Fresh, 25 h ago", "a run is due")


def test_without_a_promise_nothing_is_late() -> None:
    old = {"delivered_at": NOW - 900 * HOUR}
    assert said(**old) == ("good", "Delivered 37 days ago", "no freshness is promised")


def test_trouble_shows_while_it_is_fresh_and_is_worse_when_late() -> None:
    fresh = {"delivered_at": NOW - HOUR, "promised": 26 * HOUR}
    assert said(**fresh, trouble=RUN) == ("warn", "Fresh, 60 min ago", "but its last run failed")
    late = {"delivered_at": NOW - 27 * HOUR, "promised": 26 * HOUR}
    assert said(**late, trouble=FAILED)[:2] == ("bad", "Late by 60 min")
    assert said(trouble=FAILED)[:2] == ("bad", "Never arrived")


def test_what_stopped_and_what_is_not_sent_any_more() -> None:
    found = said(delivered_at=NOW - HOUR, stopped="v2 is rejected")
    assert found == ("warn", "Delivered 60 min ago", "nothing comes: v2 is rejected")
    assert said(is_declared=False, delivered_at=NOW - HOUR)[1] == "Not sent any more"
    assert said()[1] == "Nothing sent yet"
    assert said(is_sending=True)[:2] == ("running", "On its way")
    late = {"delivered_at": NOW - 27 * HOUR, "promised": 26 * HOUR}
    assert said(**late, is_sending=True)[0] == "running"


def test_a_client_stands_as_its_worst_product() -> None:
    fresh = standing(Facts(delivered_at=NOW - HOUR, promised=26 * HOUR), NOW)
    late = standing(Facts(delivered_at=NOW - 30 * HOUR, promised=26 * HOUR), NOW)
    assert overall([fresh, fresh]).label == "Everything fresh"
    assert overall([fresh, late, late]).label == "2 late"
    assert overall([]).label == "Gets nothing here"


def test_lengths_as_one_says_them() -> None:
    lengths = (timedelta(seconds=20), timedelta(minutes=90), 30 * HOUR, 72 * HOUR)
    assert [about(one) for one in lengths] == ["a moment", "90 min", "30 h", "3 days"]
