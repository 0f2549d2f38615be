"""How long a newcomer waits: from a bare clone to the first page, and at each later start.

`make bench ARGS="starts"`. What is downloaded comes from the caches of the package managers where
they have it. Beside it what one process needs to load the house, measured in the same clone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from launch.places import ROOT
from launch.up import ask_whether_ready
from tests.bench.memory import without_settings
from tests.bench.report import Figure, keep
from tests.launch.processes import processes_of
from tests.patience import wait_for
from tests.portal_places import free_port

FIRST, LATER = 90.0, 8.0  # seconds: the goals
TIMES = 3
PATIENCE = 600.0  # seconds, also with no cache at all


def measure() -> bool:
    """Whether it kept to its goals."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "slipway"
        began = time.perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with up(clone, began) as seconds:
            packages = seconds((clone / ".venv" / "locks.sha256").exists)
            page = seconds()
            played = seconds((clone / ".data" / "demo.json").exists)
        later = [_later(clone) for _ in range(TIMES)]
        alone = median(_loaded(clone) for _ in range(TIMES))
    figures = [
        Figure("packages", packages, "s", "from a bare clone until .venv stands"),
        Figure("first page", page, "s", "from a bare clone until all parts are ready", most=FIRST),
        Figure("the demonstration", played - page, "s", "from there until it has been played"),
        Figure("one process", alone, "s", "loads the house, and does nothing"),
        Figure("a later start", median(later), "s", "until all parts are ready", most=LATER),
        Figure("ratio", median(later) / alone, "", "of that one process"),
    ]
    keep("starts", "From nothing to a page, and every start after that", figures)
    return not any(figure.is_missed for figure in figures)


@contextmanager
def up(clone: Path, began: float) -> Iterator[Callable[..., float]]:
    """`make up` in the clone, and how long it took until something is so: a page, by default."""
    port = free_port()
    process = subprocess.Popen(
        ["make", "up", f"PORT={port}"],
        cwd=clone,
        env=_as_in_a_shell(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )

    def seconds(is_so: Callable[[], bool] = lambda: ask_whether_ready(port)[0]) -> float:
        wait_for(lambda: is_so() or process.poll() is not None, PATIENCE)
        assert process.poll() is None, "make up ended: its last words stand above"
        return time.perf_counter() - began

    try:
        yield seconds
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        wait_for(lambda: not processes_of(clone), 60)


def _later(clone: Path) -> float:
    with up(clone, time.perf_counter()) as seconds:
        return seconds()


def _loaded(clone: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        [str(clone / ".venv" / "bin" / "python"), "manage.py", "help"],
        cwd=clone,
        env=_as_in_a_shell(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def _as_in_a_shell() -> dict[str, str]:
    """What `make bench` set for itself is not a newcomer's."""
    beside = ("VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DJANGO_SETTINGS_MODULE")
    return {key: value for key, value in without_settings().items() if key not in beside}
