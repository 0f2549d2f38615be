"""A forked program is like one of its own, but for the libraries that it shares."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.launch.processes import processes_of
from tests.patience import wait_for

Python = Callable[..., "Popen[str]"]
FORKING = """
import signal, sys
from pathlib import Path
from launch import forked
from launch.output import Terminal
from launch.program import Program
from launch.supervisor import Supervisor
sys.path[0] = str(Path.cwd())  # as it is for `python -m`
folder, is_once, *arguments = sys.argv[1:]
signal.signal(signal.SIGTERM, lambda *_: None)
forked.preload("decimal:getcontext")
supervisor = Supervisor(Terminal())
command = [sys.executable, "-m", "tests.launch.probe", *arguments]
given = {"ONLY": "this"}
begins = "tests.launch.begun:begin"
supervisor.start(Program("probe", command, given, Path(folder), bool(is_once), begins=begins))
sys.exit(supervisor.finish("probe") if is_once else supervisor.run(lambda: False))
"""


def forking(python: Python, data: Path, *arguments: str, is_once: str = "once") -> Popen[str]:
    data.mkdir()
    return python("-c", FORKING, str(data), is_once, *arguments, SECRET="of the supervisor's")


def report(process: Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    _, _, said = process.stdout.readline().partition("{")
    found: dict[str, Any] = json.loads("{" + said)
    return found


def test_it_shares_what_was_imported_and_inherits_nothing_else(python: Python, data: Path) -> None:
    process = forking(python, data, "3")
    assert report(process) == {
        "environment": {"ONLY": "this", "BEGUN": "under its own environment: this"},
        "arguments": ["3"],
        "folder": str(data),
        "name": "probe",
        "descriptors": [0, 1, 2],
        "leads": True,
        "SIGTERM": True,
        "shared": True,
    }
    assert process.stdout is not None
    assert "at the end" in process.stdout.read()
    assert process.wait(10) == 3


def test_it_is_started_again_when_it_is_killed(python: Python, data: Path) -> None:
    process = forking(python, data, "0", "sleep", is_once="")
    report(process)
    [number] = [pid for pid, words in processes_of(data).items() if "[probe]" in words]
    os.kill(number, signal.SIGKILL)
    assert process.stdout is not None
    assert "was killed by SIGKILL; starting it again" in process.stdout.readline()
    assert report(process)["leads"]
    process.kill()


def test_it_dies_with_the_supervisor(python: Python, data: Path) -> None:
    process = forking(python, data, "0", "sleep")
    report(process)
    assert len(processes_of(data)) == 2
    process.kill()
    wait_for(lambda: not processes_of(data))
