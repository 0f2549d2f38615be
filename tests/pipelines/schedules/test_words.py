"""Schedules as people say them."""

from __future__ import annotations

import pytest

from pipelines.schedules.words import late, words
from tests.pipelines.schedules.clock import utc


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 6 * * *", "every day at 06:00"),
        ("0 6,18 * * *", "every day at 06:00 and 18:00"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("0 * * * *", "at the start of every hour"),
        ("0 6 * * 1", "every Monday at 06:00"),
        ("0 6 * * 1-5", "Monday to Friday at 06:00"),
        ("0 22 * * 1,3,5", "Monday, Wednesday and Friday at 22:00"),
        ("0 6 1 * *", "on the first day of every month at 06:00"),
        ("0 6 L * *", "on the last day of every month at 06:00"),
        ("5 4 1 1 *", "on January 1 at 04:05"),
        ("*/10 8-18 * * 1-5", "every 10th minute from 08:00 to 18:59 on Monday to Friday"),
        ("0 6 * * 9", ""),
        ("@daily", ""),
    ],
)
def test_in_words(cron: str, said: str) -> None:
    assert words(cron) == said


def test_with_its_zone() -> None:
    assert words("0 6 * * *", "Europe/Berlin") == "every day at 06:00, Europe/Berlin"


def test_why_a_run_is_late() -> None:
    said = late(utc(2026, 11, 20, 5), "Europe/Berlin", "held")
    assert said == "Due Fri 20 Nov 06:00 (Europe/Berlin). It was paused then."
