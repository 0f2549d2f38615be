"""Days of telemetry are there before they are needed, and go when their class says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from observability.instrumentation.models import Outlet
from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions import days, operations, upkeep
from observability.partitions.days import Keep, Partition, keep_of
from tests import databases
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


LONG_AGO = NOW - timedelta(days=3000)  # days that no other test has


@pytest.fixture
def other(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """Somebody else's connection, in a transaction; days of long ago are gone afterwards."""
    monkeypatch.setattr(operations, "PATIENCE", "200ms")
    with psycopg.connect(databases.url()) as own:
        yield own
        own.rollback()
    for table in operations.TABLES:
        for one in operations.found(table):
            if one.day < NOW.date() - timedelta(days=2000):
                operations._drop(one)


def test_a_day_that_somebody_reads_is_left_for_an_hour_and_the_others_go(
    other: psycopg.Connection, settings: Settings
) -> None:
    settings.KEEP_TELEMETRY_DAYS = {0: 1, 1: 3, 2: 5}
    old = [Partition(table, Keep.USUAL, LONG_AGO.date()) for table in operations.TABLES]
    operations.make(old)
    held = old[0]
    with other.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {held.name}")
    later = LONG_AGO + timedelta(days=4)
    made, dropped = operations.keep_up(now=later)
    assert dropped == len(old) - 1
    assert made == len(old) * len(Keep) * (days.AHEAD + 1)
    other.rollback()
    assert operations.keep_up(now=later) == (0, 1)


def test_a_day_is_made_while_others_read_and_write(other: psycopg.Connection) -> None:
    """Who reads everything, and a batch that is not committed, hold the parent all the time."""
    PostgresLogs().write([line("before", LONG_AGO)])
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM observability_logrecord")
        cursor.execute("UPDATE observability_logrecord SET version = '2' WHERE message = 'before'")
    PostgresLogs().write([line("after", LONG_AGO + timedelta(days=1))])
    assert LogRecord.objects.filter(message="after").count() == 1


@pytest.mark.django_db
def test_a_day_has_all_that_its_table_has() -> None:
    one = Partition("observability_logrecord", Keep.LONG, LONG_AGO.date())
    operations.make([one])
    operations.make([one])  # as two processes do
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass),"
            " (SELECT count(*) FROM pg_index WHERE indrelid = 'observability_logrecord'::regclass)",
            [one.name],
        )
        own, of_table = cursor.fetchone()
    assert own == of_table > 5


def test_what_does_not_work_keeps_nothing_else_from_being_forgotten(
    other: psycopg.Connection,
) -> None:
    Outlet.objects.create(name="old:1", process="runs", seen_at=LONG_AGO - timedelta(days=2))
    with other.cursor() as cursor:
        cursor.execute("ALTER TABLE observability_logminute RENAME TO somewhere_else")
    other.commit()
    try:
        upkeep.keep_up(now=LONG_AGO)
    finally:
        with other.cursor() as cursor:
            cursor.execute("ALTER TABLE somewhere_else RENAME TO observability_logminute")
        other.commit()
    assert not Outlet.objects.exists()
