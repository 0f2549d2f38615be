"""Whatever offset an instant is written with, PostgreSQL is asked for that instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some
from rest_framework.test import APIClient

from portal.ids import first_at
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
OFFSETS = some.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))
SPAN = timedelta(days=365 * 9_000)
AGES = some.timedeltas(-SPAN // 9, SPAN // 2)  # from now


@given(age=AGES, offset=OFFSETS)
def test_an_instant_is_the_same_there(age: timedelta, offset: timedelta) -> None:
    minutes = timedelta(minutes=offset // timedelta(minutes=1))
    asked = (NOW + age).astimezone(timezone(minutes))
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [asked])
        assert cursor.fetchone()[0] == asked


@pytest.mark.parametrize("path", ["audit", "changes", "runs", "logs", "logs/histogram"])
@pytest.mark.parametrize(
    "at", ["2689-08-09T08:58:59+22:53", "0001-01-01T00:00:00+23:00", "9999-12-31T23:00:00-23:00"]
)
def test_whoever_asks_since_then_is_answered(
    program: Callable[..., APIClient], path: str, at: str
) -> None:
    client = program("mira", "read")
    client.raise_request_exception = False
    answer = client.get(f"/api/v1/{path}/", {"since": at})
    assert answer.status_code in {200, 422}, answer.content


METRIC = {"component": "ledger", "name": "rows"}
BACKFILL = {"transformation": "monthly-traffic", "environment": "staging"}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("logs", {"until": "0001-01-01T00:00:00Z"}),
        ("logs/histogram", {"until": "0001-01-01T00:00:00Z"}),
        ("traces", {"since": "0001-01-01T00:00:00Z"}),
        ("traces", {"until": "9999-12-31T23:59:59Z"}),
        ("bottlenecks", {"until": "1969-12-31T00:00:00Z"}),
        ("bottlenecks/portal", {"until": "0001-01-01"}),
        ("metrics/query", {**METRIC, "at": "0001-01-01T00:00:00Z"}),
        ("metrics/range", {**METRIC, "until": "0001-01-01T00:00:00Z"}),
    ],
)
def test_a_time_in_which_nothing_can_lie_is_refused_with_what_to_write(
    program: Callable[..., APIClient], path: str, asked: dict[str, str]
) -> None:
    answer = program("mira", "read").get(f"/api/v1/{path}/", asked)
    assert answer.status_code == 422
    assert "Write a time from 1970 to 2199" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("backfills", {**BACKFILL, "start_at": "0001-01-01T00:00:00Z", "end_at": NOW}),
        ("backfills", {**BACKFILL, "start_at": NOW, "end_at": "9999-12-31T23:59:59Z"}),
        ("bulk-actions", {"verb": "retry_runs", "selection": {"since": "0001-01-01T00:00:00Z"}}),
    ],
)
def test_a_plan_over_a_time_in_which_nothing_can_lie_is_refused(
    program: Callable[..., APIClient], path: str, asked: dict[str, Any]
) -> None:
    answer = program("priya").post(f"/api/v1/{path}/plan/", asked, format="json")
    assert answer.status_code == 422
    assert "Write a time from 1970 to 2199" in answer.content.decode()


def test_no_identity_is_older_than_their_time() -> None:
    assert first_at(datetime(1969, 12, 30, tzinfo=UTC)) == UUID(int=7 << 76 | 2 << 62)
