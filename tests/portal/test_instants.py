"""Whatever offset an instant is written with, PostgreSQL is asked for that instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some
from rest_framework.test import APIClient

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
