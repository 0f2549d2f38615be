"""Processes say that they live, and are taken off the list when they end or are long gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from portal.celery import app
from portal.workers import operations
from portal.workers.heart import Heart, HeartStep, memory, sandbox_answers
from portal.workers.models import Heartbeat
from tests.conftest import NOW
from tests.patience import wait_for


@pytest.mark.django_db
def test_a_beat_is_one_row_however_often(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    given = {"name": "vm:7", "process": "runs", "queues": ["runs"], "slots": 2}
    operations.beat(**given, started_at=NOW, now=NOW)  # type: ignore[arg-type]
    with django_assert_num_queries(4):  # with its savepoint
        later = NOW + timedelta(seconds=5)
        operations.beat(**given, started_at=later, now=later)  # type: ignore[arg-type]
    row = Heartbeat.objects.get()
    assert (row.started_at, row.seen_at, row.slots) == (later, later, 2)
    operations.leave(name="vm:7")
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_what_is_long_gone_is_forgotten() -> None:
    for name, hours in (("vm:1", 1), ("vm:2", 30)):
        at = NOW - timedelta(hours=hours)
        operations.beat(name=name, process="runs", started_at=at, now=at)
    assert operations.forget(now=NOW) == 1
    assert Heartbeat.objects.get().name == "vm:1"


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_until_it_stops(settings: Settings, tmp_path: Path) -> None:
    settings.ZYGOTE_SOCKET = str(tmp_path / "nobody.sock")
    heart = Heart("runs", ["runs"], 2)
    heart.start()
    wait_for(lambda: Heartbeat.objects.filter(name=heart.name).exists(), 5, lambda: "no beat")
    row = Heartbeat.objects.get()
    assert (row.process, row.queues, row.slots) == ("runs", ["runs"], 2)
    assert row.memory == pytest.approx(memory(), rel=0.5)
    heart.stop()
    assert not Heartbeat.objects.exists()


def test_every_worker_has_one() -> None:
    assert HeartStep in app.steps["worker"]
    queues = SimpleNamespace(consume_from={"runs": None})
    amqp = SimpleNamespace(amqp=SimpleNamespace(queues=queues))
    worker = SimpleNamespace(hostname="runs@slipway", app=amqp, concurrency=3)
    heart = HeartStep.create(SimpleNamespace(), worker)  # type: ignore[arg-type]
    assert (heart.process, heart.queues, heart.slots) == ("runs", ["runs"], 3)


def test_a_sandbox_that_is_not_there_does_not_answer(settings: Settings, tmp_path: Path) -> None:
    settings.ZYGOTE_SOCKET = str(tmp_path / "nobody.sock")
    assert not sandbox_answers()
