"""Times come back from PostgreSQL as they were sent, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.pq import Format

from portal.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
TIMESTAMPTZ = 1184  # its number in pg_type


def asked(at: datetime | str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [at])
        found: datetime = cursor.fetchone()[0]
        return found


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.timedeltas(timedelta(days=-2020 * 365), timedelta(days=7970 * 365)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_any_moment_of_any_zone_is_the_same_moment_in_utc(away: timedelta, zone: timezone) -> None:
    at = (NOW + away).astimezone(zone)
    found = asked(at)
    assert found == at
    assert found.tzinfo is UTC


def test_so_are_those_of_rows_that_come_by_and_by(people: dict[str, User]) -> None:
    made = User.objects.order_by("pk").values_list("created_at", flat=True)
    assert [at.tzinfo for at in made.iterator(2)] == [UTC] * len(people)


@pytest.mark.parametrize("text", ["infinity", "0044-03-15 BC"])
def test_what_is_no_moment_for_python_is_refused_in_words(text: str) -> None:
    with pytest.raises(DataError, match="timestamp too"), transaction.atomic():
        asked(text)


def test_none_is_read_by_a_program_in_python() -> None:
    connection.ensure_connection()
    loader = connection.connection.adapters.get_loader(TIMESTAMPTZ, Format.TEXT)
    assert loader.__module__.startswith("psycopg_binary")
