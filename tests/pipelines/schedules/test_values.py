"""A schedule says which values its runs get, before anybody wonders about the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.drafts import operations
from pipelines.schedules import values
from portal.files.writing import written as as_file
from tests.pipelines.factories import House, file

MONTH = {"month": {"type": "integer", "default": 1}}


@pytest.mark.parametrize(
    ("given", "declared", "said"),
    [
        ({}, MONTH, "with month = 1 each time"),
        ({"month": 3}, MONTH, "with month = 3 each time"),
        ({"month": "{logical_month}"}, MONTH, "with month of the due time"),
        (
            {"month": "{logical_month}"},
            MONTH | {"late": {"type": "boolean", "default": True}},
            "with late = true each time, and month of the due time",
        ),
        ({}, {"month": {"type": "integer"}}, ""),
        ({}, {}, ""),
    ],
)
def test_values_are_said(given: dict[str, Any], declared: dict[str, Any], said: str) -> None:
    assert values.words(given, declared) == said


def test_the_form_and_the_review_say_so(house: House, browser: Callable[[str], Client]) -> None:
    schedule = {"cron": "0 6 * * *", "parameters": {"month": 1}}
    draft = operations.begin(
        team=house.team,
        text=as_file(file(defaults={"schedule": schedule})),
        by=house.developer,
        now=timezone.now(),
    )
    client = browser("mira")
    for path in ("", "review"):
        shown = client.get(f"{draft.url}{path}").content.decode()
        assert "every day at 06:00, UTC, with month = 1 each time" in shown, path
