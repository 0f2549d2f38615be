"""Templates are counted in all lines where that can be said, else in the newest."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from observability.logs import alike, asking, queries, wanting
from observability.logs.alike import Alike
from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.patterns.models import PatternHour
from portal.accounts.models import User
from tests.contracts.test_log_stores import line

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def hour(ago: int) -> datetime:
    """In the middle of an hour that is over."""
    return timezone.now().replace(minute=30, second=0, microsecond=0) - ago * HOUR


def said(number: int, ago: int, message: str = "paid {} euros", **given: Any) -> None:
    PostgresLogs().write([line(message.format(n), hour(ago), **given) for n in range(number)])


def found(query: str, by: User, span: str = "24h") -> Alike:
    asked = asking.read({"q": query, "span": span}, timezone.now())
    return alike.found(queries.wanted(asked, by), timezone.now())


def numbers(of: Alike) -> dict[str, int]:
    return {pattern.template: number for pattern, number in of.rows}


def test_all_lines_of_a_component_are_counted_as_they_were_written(people: dict[str, User]) -> None:
    said(7, 5)
    said(3, 2, severity=17, message="refused by bank {}")
    said(2, 2, environment="staging")
    LogRecord.objects.filter(at__lt=hour(4)).delete()  # as if there were more than a sample has
    by = people["priya"]
    assert numbers(found("component:checkout", by)) == {
        "paid <*> euros": 9,
        "refused by bank <*>": 3,
    }
    every = found("component:checkout environment:production", by)
    assert numbers(every) == {"paid <*> euros": 7, "refused by bank <*>": 3}
    assert (every.of, every.is_all, every.is_sample) == (10, True, False)
    assert numbers(found("component:checkout level:warn+", by)) == {"refused by bank <*>": 3}
    assert numbers(found("component:checkout -level:error", by)) == {"paid <*> euros": 9}
    assert numbers(found("component:checkout", by, "3d")) == numbers(
        found("component:checkout", by)
    )


def test_lines_that_are_gone_are_not_counted_though_their_sums_are_kept(
    people: dict[str, User], settings: Settings
) -> None:
    """Sums are kept as long as the class that is kept longest."""
    settings.KEEP_TELEMETRY_DAYS = {0: 1, 1: 5, 2: 90}
    said(4, 2)
    said(1, 2, severity=5, message="asked bank {}")
    said(3, 2, severity=17, message="refused by bank {}")
    said(2, 2, severity=17, environment="staging", message="no bank {}")
    query, by = "component:checkout", people["priya"]
    every = {"paid <*> euros": 4, "asked bank <*>": 1, "refused by bank <*>": 3, "no bank <*>": 2}
    assert numbers(found(query, by, "30d")) == every
    PatternHour.objects.update(hour=F("hour") - timedelta(days=3))
    del every["asked bank <*>"]
    assert numbers(found(query, by, "30d")) == every
    PatternHour.objects.update(hour=F("hour") - timedelta(days=7))
    of = found(query, by, "30d")
    assert (numbers(of), of.of) == ({"refused by bank <*>": 3}, 3)


def test_whatever_else_is_asked_for_is_counted_in_lines(people: dict[str, User]) -> None:
    said(4, 2)
    said(2, 2, version="9")
    assert numbers(found("component:checkout version:9", people["priya"])) == {"paid <*> euros": 2}


@pytest.mark.parametrize(
    ("query", "is_summed"),
    [
        ("component:checkout", True),
        ("component:checkout environment:staging level:error level:warn", True),
        ("component:checkout component:till", False),
        ("-component:checkout", False),
        ("component:checkout -environment:staging", False),
        ("component:checkout refused", False),
        ("component:checkout client:acme", False),
        ("environment:staging", False),
        ("", False),
    ],
)
def test_what_is_summed_up_is_a_component_its_environment_and_levels(
    query: str, is_summed: bool
) -> None:
    conditions = wanting.conditions(asking.query(query))
    assert (alike.scope_of(conditions) is not None) is is_summed


def test_the_page_says_how_many_lines_these_are(client: Client, people: dict[str, User]) -> None:
    said(4, 2)
    client.force_login(people["priya"])
    page = client.get("/logs/?q=component:checkout&view=patterns&span=24h").content.decode()
    assert "1 template in 4 lines" in page
    assert "paid &lt;*&gt; euros" in page
