"""Patterns while lines are written: counted, kept over restarts, agreed upon by all processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.patterns import operations, queries
from observability.patterns.models import Pattern, PatternHour
from observability.patterns.queries import Window, counted
from tests.conftest import NOW
from tests.contracts.test_log_stores import line

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    operations.unlearn()
    yield
    operations.unlearn()


def write(*messages: str, at: datetime = NOW, **given: object) -> None:
    PostgresLogs().write([line(message, at, **given) for message in messages])


@pytest.mark.django_db
def test_lines_that_look_alike_are_one_pattern_of_their_component_and_level() -> None:
    write("took 7 ms", "took 9 ms", "stuck")
    write("took 8 ms", component="cart")
    write("took 1 ms", severity=17)
    write("took 2 ms")
    own = Pattern.objects.get(component="checkout", level=9, template="took <*> ms")
    assert own.example == "took 7 ms"
    assert LogRecord.objects.filter(pattern=own.pk).count() == 3
    assert Pattern.objects.filter(template="took <*> ms").count() == 3
    assert [hour.lines for hour in PatternHour.objects.filter(pattern=own)] == [3]


@pytest.mark.django_db
def test_a_process_that_starts_anew_finds_what_was_there() -> None:
    write("took 7 ms")
    operations.unlearn()  # what a restart does
    write("took 8 ms")
    assert Pattern.objects.count() == 1


@pytest.mark.django_db
def test_what_was_absorbed_is_counted_with_what_absorbed_it() -> None:
    for name in ("ann", "bob", "cid", "dan", "eve"):
        write(f"user {name} signed in", at=NOW)
    whole = Pattern.objects.get(merged_into=None)
    assert whole.template == "user <*> signed in"
    ids = queries.of_one(whole.pk)
    assert LogRecord.objects.filter(pattern__in=ids).count() == 5
    [found] = counted(
        "checkout", "production", Window(NOW - HOUR, NOW), Window(NOW, NOW + HOUR)
    ).rows
    assert (found.pattern, found.before, found.after) == (whole, 0, 5)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_agree() -> None:
    def work() -> None:
        try:
            write(*(f"part {n} of word{'abcdef'[n % 6]} went by" for n in range(60)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [whole] = Pattern.objects.filter(merged_into=None)
    total = sum(PatternHour.objects.values_list("lines", flat=True))
    assert total == 240
    assert LogRecord.objects.filter(pattern__in=queries.of_one(whole.pk)).count() == 240


@pytest.mark.django_db
def test_two_times_are_counted_by_whole_hours_and_by_their_ends() -> None:
    before, after = NOW - 3 * HOUR, NOW
    for at in (before, before + HOUR / 2):
        write(*["steady work"] * 10, "was there once", at=at)
    for at in (after + HOUR / 4, after + HOUR):
        write(*["steady work"] * 9, "never seen before", at=at)
    write("another place", at=after, environment="staging")
    a = Window(before - HOUR / 2, before + HOUR * 3 / 4)
    b = Window(after + HOUR / 8, after + HOUR * 5 / 4)
    found = counted("checkout", "production", a, b)
    assert {one.pattern.template: (one.before, one.after) for one in found.rows} == {
        "never seen before": (0, 2),
        "was there once": (2, 0),
        "steady work": (20, 18),
    }
    assert not found.is_cut


@pytest.mark.django_db
def test_a_loud_place_takes_nothing_of_what_is_counted_in_another() -> None:
    """Lines of staging are nearest to the switch, and more than are counted one by one."""
    write(*["a quiet line"] * 6, at=NOW + HOUR / 2)
    write(*["a loud line"] * 9, at=NOW + HOUR / 4, environment="staging")
    a, b = Window(NOW - HOUR / 2, NOW), Window(NOW + HOUR / 8, NOW + HOUR * 3 / 4)
    found = counted("checkout", "production", a, b, most=7)
    assert [(one.pattern.template, one.after) for one in found.rows] == [("a quiet line", 6)]
    assert not found.is_cut
    loud = counted("checkout", "staging", a, b, most=7)
    assert [one.after for one in loud.rows] == [7]
    assert loud.is_cut


@pytest.mark.django_db
def test_what_no_line_is_left_of_is_forgotten() -> None:
    write("long ago", at=NOW - timedelta(days=40))
    write("now")
    operations.forget(now=NOW, keep=timedelta(days=30))
    assert [pattern.template for pattern in Pattern.objects.all()] == ["now"]
    assert PatternHour.objects.count() == 1
