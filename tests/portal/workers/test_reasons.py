"""Why work waits, in words."""

from __future__ import annotations

from datetime import timedelta

from portal.workers import reasons
from tests.conftest import NOW


def ago(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_process_lives_until_it_is_silent_for_long() -> None:
    heard = [reasons.heard(NOW - ago(seconds), NOW) for seconds in (4, 30, 400)]
    assert [(tone, words) for tone, _, words in heard] == [
        ("good", "Running"),
        ("warn", "Silent for 30 s"),
        ("bad", "Gone, last heard of 6 min ago"),
    ]


def test_a_lease_that_is_over() -> None:
    assert "taken back now" in reasons.lease_over(NOW - ago(3), NOW)
    assert "ended 40 s ago: nobody took it back" in reasons.lease_over(NOW - ago(40), NOW)


def test_a_pause_before_another_try() -> None:
    said = reasons.again(2, "The disk is full.", NOW + ago(20), NOW)
    assert said == "The disk is full. Tried 2 times; again in 20 s."


def test_why_nobody_took_what_is_due() -> None:
    assert reasons.nobody("runs", 0, 0, 0) == "No worker serves the queue runs."
    assert reasons.nobody("runs", 1, 2, 2) == "Both threads of runs are busy; it is next."
    assert reasons.nobody("runs", 1, 1, 1) == "The one thread of runs is busy; it is next."
    assert "its message was lost" in reasons.nobody("runs", 1, 2, 1)


def test_the_worst_is_said_first() -> None:
    assert reasons.summary(["runs"], 3, 1)[2] == "Nobody serves runs"
    assert reasons.summary([], 1, 1)[2] == "1 waits for something"
    assert reasons.summary([], 0, 2) == ("info", "user", "2 wait for a person")
    assert reasons.summary([], 0, 0)[0] == "good"


def test_lengths() -> None:
    assert [reasons.length(ago(s)) for s in (40, 600, 10_000, 400_000)] == [
        "40 s",
        "10 min",
        "2 h",
        "4 days",
    ]
