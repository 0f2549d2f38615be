"""The portal's own promises: counted from its records, and nothing measured is never all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from threading import Thread

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from observability.instrumentation.storing import Store
from observability.objectives import parts, queries
from observability.objectives.base import Counted
from observability.objectives.budget import standing
from observability.objectives.own import Api, Messages, Pages, QuickPages, Telemetry, is_page
from observability.partitions import batches
from observability.partitions import operations as partitions
from observability.traces.stores.base import Look, SpanLine
from observability.traces.stores.postgres import PostgresTraces
from pipelines.runs.models import Attempt
from pipelines.runs.objectives import Deliveries, Starts
from portal.accounts.models import User
from portal.templatetags.portal import share
from tests.whole_house import Whole

SECOND = 1_000_000_000


def test_nothing_measured_is_no_promise_kept() -> None:
    found = standing(Counted(0, 0), 0.99)
    assert (found.share, found.left, found.said[2]) == (None, None, "no data")
    assert share(found.share) == "–"


@pytest.mark.parametrize(
    ("good", "left", "words"),
    [(1000, 1.0, "kept"), (995, 0.5, "kept"), (991, 0.1, "little left"), (980, -1.0, "broken")],
)
def test_a_budget_is_what_may_still_go_wrong(good: int, left: float, words: str) -> None:
    found = standing(Counted(good, 1000), 0.99)
    assert found.left == pytest.approx(left)
    assert found.said[2] == words


def test_a_hundred_per_cent_is_all_of_them() -> None:
    assert share(0.99999) == "99.99 %"
    assert share(1.0) == "100 %"


def span(
    name: str, *, number: int, at: datetime, seconds: float = 0.1, ok: bool = True
) -> SpanLine:
    told = ("slipway", "", "1", name, 2, not ok, "", "{}", "[]", "[]", "", "")
    began = batches.nanoseconds(at)
    return SpanLine(began, int(seconds * SECOND), f"{number:032x}", f"{number:016x}", "", *told)


@pytest.mark.django_db(transaction=True)
def test_requests_are_counted_by_page_and_api() -> None:
    now = timezone.now()
    at = now - timedelta(minutes=1)
    PostgresTraces().write(
        [
            span("GET /runs/", number=1, at=at),
            span("GET /runs/", number=2, at=at, seconds=3),
            span("GET /runs/", number=3, at=at, ok=False),
            span("POST /api/v1/runs/", number=4, at=at),
            span("run/pipelines.runs.tasks.execute", number=5, at=at, ok=False),
        ]
    )
    week = (now - timedelta(days=7), now)
    assert kept(Pages().count(*week)) == (2, 3)
    assert kept(Api().count(*week)) == (1, 1)
    assert kept(QuickPages().count(*week)) == (2, 3)


def kept(found: Counted) -> tuple[int, int]:
    return found.good, found.total


@pytest.mark.django_db(transaction=True)
def test_what_missed_a_promise_most_often_leads_to_its_traces(people: dict[str, User]) -> None:
    at = timezone.now() - timedelta(minutes=1)
    PostgresTraces().write(
        [
            span("GET /runs/", number=1, at=at, ok=False),
            span("GET /runs/", number=2, at=at),
            span("GET /runs/", number=3, at=at, ok=False),
            span("GET /slow/", number=4, at=at, seconds=3),
            span("POST /api/v1/runs/", number=5, at=at, ok=False),
        ]
    )
    client = Client()
    client.force_login(people["priya"])
    page = unescape(client.get("/objectives/").content.decode())
    led = dict(re.findall(r'href="(/traces/[^"]*)" aria-label="Traces of (.*?) that', page))
    assert list(led.values()) == ["GET /runs/", "GET /slow/", "POST /api/v1/runs/"]
    assert "GET /runs/</a>\xa02\xa0×" in page
    for url, name in led.items():
        found = client.get(url).content.decode()
        bad = {"GET /runs/": "13", "GET /slow/": "4", "POST /api/v1/runs/": "5"}[name]
        assert set(re.findall(r'href="/traces/0*(\d)/"', found)) == set(bad)


def look(at: datetime, name: str = "GET /") -> Look:
    return Look(batches.nanoseconds(at), SECOND // 100, name)


def told(looks: Sequence[Sequence[Look]]) -> None:
    """By a thread of its own, as the sender is one: the connection that it makes goes with it."""

    def tell() -> None:
        Store("web").spans(looks)
        connections["default"].close()

    sender = Thread(target=tell)
    sender.start()
    sender.join()


@pytest.mark.django_db(transaction=True)
def test_quick_looks_leave_no_span_and_are_counted_all_the_same() -> None:
    now = timezone.now()
    at = now - timedelta(minutes=1)
    failed, slow = (
        span("GET /runs/", number=1, at=at, ok=False),
        span("GET /runs/", number=2, at=at, seconds=3),
    )
    told([tuple(look(at) for _ in range(150)), (look(at, "GET /api/"),)])
    PostgresTraces().write([failed, slow])
    week = (now - timedelta(days=7), now)
    assert kept(Pages().count(*week)) == (151, 152)
    assert kept(QuickPages().count(*week)) == (151, 152)
    assert kept(Api().count(*week)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_time_in_which_quick_looks_were_not_counted_judges_nobody() -> None:
    now = timezone.now()
    before = now - timedelta(days=2)
    PostgresTraces().write([span("GET /runs/", number=1, at=before, ok=False)], [look(now)])
    assert kept(Pages().count(now - timedelta(days=7), now)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_span_that_came_late_is_stale() -> None:
    now = timezone.now()
    PostgresTraces().write(
        [
            span("GET /runs/", number=1, at=now),
            span("GET /runs/", number=2, at=now - timedelta(minutes=5)),
        ]
    )
    assert Telemetry().count(now - timedelta(days=7), now + timedelta(minutes=1)) == Counted(1, 2)


def test_runs_and_deliveries_are_counted_by_how_long_they_waited(whole: Whole) -> None:
    now = timezone.now()
    month = (now - timedelta(days=30), now + timedelta(minutes=1))
    before = Starts().count(*month)
    assert before.total == Attempt.objects.count()
    assert before.total > 0
    Attempt.objects.filter(pk=Attempt.objects.latest("pk").pk).update(waited_for=60.0)
    assert Starts().count(*month).good <= before.total - 1
    assert Deliveries().count(*month).total > 0
    assert Messages().count(*month).total >= 0


def test_the_age_of_a_backup_is_the_age_of_its_mark(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_MARK = ""
    assert "not known" in parts.backup(timezone.now())[2]
    settings.BACKUP_MARK = str(tmp_path / "backup")
    assert parts.backup(timezone.now())[0] == "bad"
    (tmp_path / "backup").touch()
    assert parts.backup(timezone.now())[0] == "good"
    assert parts.backup(timezone.now() + timedelta(days=3))[2] == "3 days old"


@pytest.mark.django_db
def test_days_of_telemetry_are_named_and_dated(people: dict[str, User]) -> None:
    now = timezone.now()
    partitions.keep_up(now=now)
    found = parts.days()
    assert {one.name for one in found} == set(parts.NAMES.values())
    assert set(parts.NAMES) == set(partitions.TABLES)
    assert all(one.oldest and one.newest and one.oldest <= one.newest for one in found)
    client = Client()
    client.force_login(people["priya"])
    page = client.get("/objectives/").content.decode()
    assert re.search(
        r"<dt>Days of spans</dt><dd>\d+ partitions, [^<]+, \d\d? \w{3} \d{4} to \d", page
    )


def test_the_page_shows_each_promise_and_part(whole: Whole, people: dict[str, User]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["ines"])
    assert client.get("/objectives/").status_code == 403
    client.force_login(people["priya"])
    page = client.get("/objectives/").content.decode()
    for one in queries.kept(timezone.now()):
        assert one.objective.promise in page
    assert "PostgreSQL" in page
    assert 'class="figure">–' not in page, "what was not measured has no figure"
    told = client.get("/api/v1/objectives/").json()
    assert told[0]["key"] == "pages"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("GET /runs/", True),
        ("GET /event-sources/{name}/", True),
        ("POST /events/{name}", False),
        ("POST /v1/logs", False),
        ("GET /api/v1/runs/", False),
    ],
)
def test_what_programs_send_is_no_page(name: str, is_one: bool) -> None:
    assert is_page(name) is is_one
