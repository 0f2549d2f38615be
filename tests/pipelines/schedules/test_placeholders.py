"""Parameters that take their value from the due time, and what is said about those that can't."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.schedules.placeholders import filled, problems
from pipelines.transformations import rules
from pipelines.transformations.configuration import misfits
from pipelines.transformations.outline import Outline
from tests.pipelines.factories import file
from tests.pipelines.schedules.clock import utc

DECLARED = {
    "month": {"type": "integer", "minimum": 1, "maximum": 12},
    "day": {"type": "date"},
    "label": {"type": "string"},
}


def test_they_are_of_the_place_and_keep_their_type() -> None:
    values = {
        "month": "{logical_month}",
        "day": "{logical_date}",
        "label": "{logical_year} in {logical_at}",
        "fixed": 3,
    }
    assert filled(values, logical_at=utc(2026, 11, 30, 23), timezone="Europe/Berlin") == {
        "month": 12,
        "day": "2026-12-01",
        "label": "2026 in 2026-11-30T23:00:00Z",
        "fixed": 3,
    }


def test_what_is_complete_by_then() -> None:
    values = {
        "day": "{previous_date}",
        "month": "{previous_month}",
        "year": "{previous_month_year}",
    }
    first = utc(2026, 1, 1, 6)
    assert filled(values, logical_at=first, timezone="UTC") == {
        "day": "2025-12-31",
        "month": 12,
        "year": 2025,
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mont": 3}, "There is no parameter mont. Did you mean month?"),
        ({"month": "{logical_mont}"}, "Did you mean logical_month?"),
        ({"month": 13}, "month is 13, but must be at most 12."),
        ({"month": "{logical_date}"}, "must be a whole number"),
        ({"day": "{logical_month}"}, "must be a date"),
    ],
)
def test_what_does_not_fit_is_said(given: dict[str, Any], said: str) -> None:
    [(_, message)] = problems(given, DECLARED)
    assert said in message


def test_bounds_are_not_looked_at_where_the_value_changes() -> None:
    assert list(problems({"month": "{logical_day}"}, DECLARED)) == []


def test_a_file_is_told_the_place() -> None:
    wrong = {"cron": "0 6 * * *", "parameters": {"month": "{month}"}}
    found = dict(rules.problems(Outline(file(defaults={"schedule": wrong}))))
    assert list(found) == [("spec", "defaults", "schedule", "parameters", "month")]


def test_a_configuration_is_told_the_place() -> None:
    values = {"schedule": {"cron": "0 6 * * *", "parameters": {"mont": 1}}}
    [(path, message)] = misfits(values, DECLARED)
    assert path == ("schedule", "parameters", "mont")
    assert "Did you mean month?" in message
