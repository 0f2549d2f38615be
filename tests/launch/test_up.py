"""`make up` itself: the real portal, started, hurt and stopped."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from launch import servers
from launch.places import Places
from launch.postgres import Postgres
from launch.up import ask_whether_ready
from tests import databases
from tests.launch.processes import processes_of
from tests.patience import wait_for

PATIENCE = 60.0  # seconds until it has started, or something in it again

Python = Callable[..., "Popen[str]"]


class Up:
    """A running `make up` and what it has said so far."""

    def __init__(self, process: Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.said: list[str] = []
        self.listening = threading.Thread(target=self._listen)
        self.listening.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.said.extend(iter(self.process.stdout.readline, ""))

    def has_said(self, words: str) -> bool:
        return any(words in line for line in list(self.said))


@pytest.fixture
def up(data: Path, python: Python) -> Iterator[Up]:
    """Started in an empty folder, but that the demonstration counts as played."""
    data.mkdir()
    with running(data, python) as started:
        yield started


@pytest.fixture
def up_again(data: Path, python: Python) -> Iterator[Up]:
    """Started where all migrations have been applied, which takes longer than anything else."""
    with servers.start(data) as before:
        databases.carry(before.database_url, Postgres(Places(data)).programs)
    wait_for(lambda: not processes_of(data))
    with running(data, python) as started:
        yield started


@contextmanager
def running(data: Path, python: Python) -> Iterator[Up]:
    (data / "demo.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = python("-m", "launch.up", SLIPWAY_DATA=str(data), PORT=str(port))
    started = Up(process, port)
    wait_for(lambda: started.has_said("Slipway runs at") or process.poll() is not None, PATIENCE)
    assert process.poll() is None, "".join(started.said)
    yield started
    process.kill()
    started.listening.join()


def one_of(data: Path, words: str) -> int:
    """The lowest number, because granian's own child bears the same name."""
    return min(number for number, command in processes_of(data).items() if words in command)


def test_it_mends_what_dies_and_ctrl_c_leaves_nothing_behind(up: Up, data: Path) -> None:
    is_ready, said = ask_whether_ready(up.port)
    assert is_ready, said
    assert f"Slipway runs at http://127.0.0.1:{up.port}" in "".join(up.said)

    os.kill(one_of(data, "[web]"), signal.SIGKILL)
    wait_for(lambda: up.has_said("was killed by SIGKILL; starting it again in 0.5 s."))
    wait_for(lambda: ask_whether_ready(up.port)[0], PATIENCE)

    os.kill(one_of(data, "launch.keeper"), signal.SIGKILL)
    wait_for(lambda: up.has_said("PostgreSQL and Redis lost their keeper"))
    wait_for(lambda: ask_whether_ready(up.port)[0], PATIENCE)

    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert not ask_whether_ready(up.port)[0]
    wait_for(lambda: not processes_of(data))


def test_kill_9_leaves_nothing_behind(up_again: Up, data: Path) -> None:
    assert len(processes_of(data)) > 8
    up_again.process.kill()
    wait_for(lambda: not ask_whether_ready(up_again.port)[0])
    wait_for(lambda: not processes_of(data))
