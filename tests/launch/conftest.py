"""Real servers and real processes, each in a folder of its own; afterwards nothing may be left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.places import ROOT
from tests.launch.processes import processes_of
from tests.patience import wait_for


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder of which no process may be left at the end of the test."""
    folder = tmp_path / "data"
    yield folder
    try:
        wait_for(lambda: not processes_of(folder))
    finally:
        for number in processes_of(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python with a program of the test's; it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=_without_settings() | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _without_settings() -> dict[str, str]:
    ours = ("SLIPWAY_", "DATABASE_URL", "REDIS_URL", "PORT")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}
