"""How many operations of a component are counted by themselves, whatever its sender calls them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from observability.partitions.batches import nanoseconds
from observability.traces.models import SpanVolume
from observability.traces.stores.base import SpanLine
from observability.traces.stores.names import MOST, MOST_ENVIRONMENTS, OTHERS, Names
from observability.traces.stores.postgres import PostgresTraces
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
numbers = count(1)
DAY = NOW.timestamp() // 86_400


def entry(component: str, name: str, environment: str = "production", days: int = 0) -> SpanLine:
    number = next(numbers)
    at = nanoseconds(NOW - timedelta(days=days))
    named = {"version": "1", "message": "", "run_id": "", "deployment_id": ""}
    told = {"attributes": "{}", "events": "[]", "links": "[]"}
    where = {"component": component, "environment": environment, "name": name, **named, **told}
    return SpanLine(
        at, 10**6, f"{number:032x}", f"{number:016x}", "", kind=2, is_error=False, **where
    )


def counted(component: str, step: int = 21_600) -> dict[tuple[str, str], int]:
    rows = SpanVolume.objects.filter(component=component, step=step)
    return {(row.environment, row.name): row.spans for row in rows}


def test_names_with_identities_in_them_become_one_line() -> None:
    PostgresTraces().write([entry("named", f"GET /orders/{n}") for n in range(250)])
    PostgresTraces().write([entry("named", f"GET /orders/{n}") for n in range(400, 450)])
    for step in (60, 21_600):
        found = counted("named", step)
        assert len(found) == MOST + 1
        assert found["production", OTHERS] == 100


def test_another_process_tells_no_more_apart() -> None:
    """It looks up what was counted, and what fits goes on by its name."""
    PostgresTraces().write([entry("shared", f"GET /{n}") for n in range(MOST - 1)])
    of = ("shared", int(DAY))
    other = Names().told({of: {("production", "GET /0"), ("production", "a"), ("production", "b")}})
    assert other[of].called(("production", "GET /0")) == ("production", "GET /0")
    assert other[of].called(("production", "a")) == ("production", "a")
    assert other[of].called(("production", "b")) == ("production", OTHERS)


def test_environments_are_bounded_too() -> None:
    """A sender that calls each of its processes an environment fills no table either."""
    for half in range(2):
        names = [f"pod-{n}" for n in range(half * 150, half * 150 + 150)]
        PostgresTraces().write([entry("placed", "GET /", name) for name in names])
    found = counted("placed")
    assert len(found) == MOST_ENVIRONMENTS + 1
    assert found[OTHERS, OTHERS] == 300 - MOST_ENVIRONMENTS


def test_an_environment_that_comes_late_keeps_its_place() -> None:
    PostgresTraces().write([entry("late", f"GET /{n}", "staging") for n in range(300)])
    PostgresTraces().write([entry("late", "GET /0"), entry("late", "GET /1")])
    assert counted("late")["production", OTHERS] == 2


def test_each_day_begins_anew() -> None:
    PostgresTraces().write([entry("daily", f"GET /{n}", days=1) for n in range(300)])
    PostgresTraces().write([entry("daily", "POST /")])
    assert counted("daily")["production", "POST /"] == 1
