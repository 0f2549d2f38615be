"""Work is handed over by a broker that may be away, or say nothing: that costs time, and little."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import transaction

from launch.redis import program
from portal import background
from tests.patience import patient, wait_for

TASK = "pipelines.runs.tasks.sweep"


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_away_until", 0.0)


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A broker that accepts whoever calls, and never says a word."""
    ours = current_app._get_current_object()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Celery(broker=f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
        hasty = {"socket_timeout": 0.1}
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | hasty
        app.set_current()
        yield listener
        app.close()
        ours.set_current()


def handed_over(times: int = 1) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    for _ in range(times):
        with transaction.atomic():
            background.enqueue(TASK)
    return time.monotonic() - began


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_long_for_a_broker_that_says_nothing(silent: socket.socket) -> None:
    assert 0.1 <= handed_over() < patient(1)


@pytest.mark.django_db(transaction=True)
def test_nor_for_one_that_nobody_finds(silent: socket.socket) -> None:
    silent.close()
    assert handed_over() < patient(1)


@pytest.mark.django_db(transaction=True)
def test_after_the_first_nobody_waits(
    silent: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    handed_over()
    assert handed_over(50) < patient(3)
    assert [line.message for line in caplog.records if "broker away" in line.message] == [
        f"broker away, the sweeper will send {TASK}"
    ]


@pytest.mark.django_db(transaction=True)
def test_a_while_later_it_is_asked_again(
    silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "_away_until", time.monotonic() - 0.001)
    assert handed_over() >= 0.1
    assert handed_over(50) < patient(3)


def test_of_one_that_went_away_nothing_is_known(tmp_path: Path) -> None:
    """Also by a connection that was made while it was there."""
    ours = current_app._get_current_object()
    path = tmp_path / "redis.sock"
    command = [program(), "--port", "0", "--unixsocket", path, "--save", "", "--dir", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        wait_for(path.exists)
        app = Celery(broker=f"redis+socket://{path}")
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        app.set_current()
        try:
            assert background.backlogs(["control", "runs"]) == {"control": 0, "runs": 0}
            server.terminate()
            server.wait()
            assert background.backlogs(["control", "runs"]) == {"control": -1, "runs": -1}
        finally:
            app.close()
            ours.set_current()


@pytest.mark.django_db(transaction=True)
def test_one_that_answers_gets_it() -> None:
    before = background.backlog("control")
    handed_over()
    assert background.backlog("control") == before + 1
