"""Days of telemetry are there before they are needed, and go when their class says so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions import days, operations
from observability.partitions.days import Keep, Partition, keep_of
from tests.conftest import NOW
from tests.contracts.test_log_stores import line


@pytest.mark.parametrize(
    ("environment", "severity", "expected"),
    [
        ("production", 5, Keep.BRIEF),
        ("production", 9, Keep.USUAL),
        ("production", 0, Keep.USUAL),
        ("production", 13, Keep.LONG),
        ("staging", 21, Keep.USUAL),
        ("", 1, Keep.BRIEF),
    ],
)
def test_trouble_of_what_lasts_is_kept_longest(
    environment: str, severity: int, expected: Keep
) -> None:
    assert keep_of(environment, severity, ["production"]) == expected


def test_a_name_is_read_as_it_is_written() -> None:
    one = Partition("observability_span", Keep.LONG, NOW.date())
    assert one.name == "observability_span_k2_20261120"
    assert days.parsed("observability_span", one.name) == one
    for name in ("observability_span_k2", "observability_span_k2_x", "other_k2_20261120"):
        assert days.parsed("observability_span", name) is None


@pytest.mark.django_db
def test_days_are_made_ahead_and_dropped_by_their_class(settings: Settings) -> None:
    settings.KEEP_TELEMETRY_DAYS = {0: 1, 1: 3, 2: 5}
    store = PostgresLogs()
    for ago in range(7):
        at = NOW - timedelta(days=ago)
        store.write([line(f"debug {ago}", at, severity=5), line(f"info {ago}", at)])
        store.write([line(f"error {ago}", at, severity=17)])
    made, dropped = operations.keep_up(now=NOW)
    assert dropped == 5 + 3 + 1
    assert made > 0
    kept = set(LogRecord.objects.values_list("message", flat=True))
    assert kept == {
        *(f"debug {ago}" for ago in range(2)),
        *(f"info {ago}" for ago in range(4)),
        *(f"error {ago}" for ago in range(6)),
    }
    ahead = Partition("observability_span", Keep.LONG, NOW.date() + timedelta(days=days.AHEAD))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [ahead.name])
        assert cursor.fetchone() == (True,)
    assert operations.keep_up(now=NOW) == (0, 0)
