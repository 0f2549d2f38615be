"""Who is shown as telling: the last process of each kind on a machine, and whoever is busy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from observability.instrumentation import metrics, operations, queries
from observability.instrumentation.models import Outlet
from observability.instrumentation.tally import Tally
from portal.accounts.models import User
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def note(name: str, minutes: float, message: str = "", **given: int) -> None:
    told = Tally(5, 2)._replace(**given)
    row = Outlet.objects.filter(name=name).first()
    operations.note(
        name=name,
        process="runs",
        counted=told,
        more=told.since(row.counted if row else Tally()),
        message=message,
        now=NOW - timedelta(minutes=minutes),
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


def test_what_a_process_dropped_is_not_forgotten_when_it_is_started_again() -> None:
    note("vm:1", 50, dropped_lines=40)
    note("vm:1", 30, dropped_lines=45, dropped_spans=2)
    note("vm:2", 1)
    [told] = queries.outlets(NOW)
    assert (told.outlet.name, told.dropped, told.before, told.trouble) == ("vm:2", 0, 47, "")
    figures = {
        (one.name, one.labels["signal"]): one.value
        for one in metrics.figures(now=NOW)
        if one.labels["process"] == "runs"
    }
    assert figures == {
        ("telemetry_sent", "spans"): 10,
        ("telemetry_sent", "lines"): 4,
        ("telemetry_dropped", "spans"): 2,
        ("telemetry_dropped", "lines"): 45,
    }
    operations.forget(now=NOW + timedelta(days=3))
    assert queries.in_all() == {"runs": Tally(10, 4, 2, 45)}


def test_the_page_says_what_was_dropped_before(client: Client, people: dict[str, User]) -> None:
    for name, counted in (("vm:1", Tally(9, 9, 3, 4)), ("vm:2", Tally(1, 1))):
        operations.note(
            name=name,
            process="runs",
            counted=counted,
            more=counted,
            message="",
            now=timezone.now(),
        )
    Outlet.objects.filter(name="vm:1").delete()
    client.force_login(people["priya"])
    shown = client.get(reverse("observability:worker-telemetry")).content.decode()
    assert "7 by other processes of runs, or before it was started" in shown
