"""Who is shown as telling: the last process of each kind on a machine, and whoever is busy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from observability.instrumentation import operations, queries
from observability.instrumentation.models import Outlet
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def note(name: str, minutes: float, **given: object) -> None:
    told = {"spans": 5, "lines": 2, "dropped_spans": 0, "dropped_lines": 0, "message": ""}
    operations.note(
        name=name,
        process="runs",
        now=NOW - timedelta(minutes=minutes),
        **(told | given),  # type: ignore[arg-type]
    )


def test_a_process_writes_one_row_however_often_it_tells() -> None:
    note("vm:1", 5)
    note("vm:1", 1, spans=9)
    [told] = queries.outlets(NOW)
    assert (told.outlet.spans, told.trouble) == (9, "")


def test_one_that_was_started_again_takes_the_place_of_the_one_before() -> None:
    for name, minutes in (("vm:1", 30), ("vm:2", 5), ("other:1", 10), ("vm:3", 90)):
        note(name, minutes)
    assert {told.outlet.name for told in queries.outlets(NOW)} == {"vm:2", "other:1"}
    note("vm:4", 1)
    note("vm:5", 0)
    assert {told.outlet.name for told in queries.outlets(NOW)} == {"vm:4", "vm:5", "other:1"}


def test_what_was_dropped_and_why_is_said() -> None:
    note("a:1", 1, dropped_spans=1_000, dropped_lines=1)
    note("b:1", 1, message="The log store does not answer now.")
    troubles = {told.outlet.name: (told.dropped, told.trouble) for told in queries.outlets(NOW)}
    assert troubles == {
        "a:1": (1_001, "1,001 were dropped: more was told than could be written."),
        "b:1": (0, "The log store does not answer now."),
    }


def test_what_ended_a_day_ago_is_forgotten() -> None:
    note("old:1", 60 * 25)
    note("new:1", 1)
    assert operations.forget(now=NOW) == 1
    assert [row.name for row in Outlet.objects.all()] == ["new:1"]
