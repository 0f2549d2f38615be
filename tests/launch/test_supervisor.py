"""The supervisor shows, restarts, gives up and clears away: with real programs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from launch import supervisor as module
from launch.output import Terminal
from launch.program import Program
from launch.supervisor import GaveUp, Supervisor
from tests.launch.processes import processes_of
from tests.patience import patient, wait_for

Python = Callable[..., "Popen[str]"]

SUPERVISED = """
import sys
from pathlib import Path
from launch.output import Terminal
from launch.program import Program
from launch.supervisor import Supervisor
supervisor = Supervisor(Terminal())
sleeper = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
for name in ("one", "two"):
    supervisor.start(Program(name, [*sleeper, sys.argv[1]], {}, Path("/")))
supervisor.run(lambda: False)
"""
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
print("up", flush=True)
time.sleep(60)
"""


class Heard(Terminal):
    """A terminal that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []

    def line(self, name: str, text: str) -> None:
        self.lines.append((name, text))


@pytest.fixture
def supervisor(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    data.mkdir()
    started = Supervisor(Heard())
    yield started
    started.stop(grace=0.2)


def program(data: Path, code: str, *, is_once: bool = False, **environment: str) -> Program:
    command = [sys.executable, "-c", code, str(data)]
    return Program("worker", command, environment, data, is_once=is_once)


def said(supervisor: Supervisor) -> list[str]:
    assert isinstance(supervisor.terminal, Heard)
    return [text for _, text in supervisor.terminal.lines]


def test_it_shows_what_a_program_says_by_whole_lines(supervisor: Supervisor, data: Path) -> None:
    code = "import sys; print('one'); print('two', file=sys.stderr); print('no end', end='')"
    supervisor.start(program(data, code, is_once=True, PYTHONUNBUFFERED="1"))
    assert supervisor.finish("worker") == 0
    assert said(supervisor) == ["one", "two", "no end"]


def test_a_program_inherits_only_what_it_is_given(supervisor: Supervisor, data: Path) -> None:
    code = (
        "import os; print(sorted({*os.environ} - {'LC_CTYPE'}), len(os.listdir('/proc/self/fd')))"
    )
    with Path("/dev/null").open() as inherited:
        os.set_inheritable(inherited.fileno(), True)
        supervisor.start(program(data, code, is_once=True, ONLY="this"))
        supervisor.finish("worker")
    assert said(supervisor) == ["['ONLY'] 4"]  # the three, and the folder that is being read


def test_it_starts_again_what_dies_and_says_so(supervisor: Supervisor, data: Path) -> None:
    code = """import os, sys; open(sys.argv[1] + "/starts", "a").write("x"); os._exit(3)"""
    supervisor.start(program(data, code))
    supervisor.run(lambda: len((data / "starts").read_text()) == 3 if said(supervisor) else False)
    assert "ended with exit code 3; starting it again in 0.01 s." in said(supervisor)


def test_it_gives_up_on_what_keeps_dying(supervisor: Supervisor, data: Path) -> None:
    supervisor.start(program(data, "import os; os.kill(os.getpid(), 9)"))
    with pytest.raises(GaveUp, match="worker died more than 5 times in 60 s") as gave_up:
        supervisor.run(lambda: False)
    assert gave_up.value.code == 128 + signal.SIGKILL


def test_what_a_dead_program_forked_goes_with_it(supervisor: Supervisor, data: Path) -> None:
    code = "import os, time; child = os.fork(); print('up', flush=True); child or time.sleep(60)"
    supervisor.start(program(data, code, is_once=True))
    supervisor.finish("worker")
    wait_for(lambda: not processes_of(data))


def test_stopping_ends_even_what_does_not_listen(supervisor: Supervisor, data: Path) -> None:
    supervisor.start(program(data, STUBBORN))
    supervisor.run(lambda: said(supervisor) == ["up", "up"])
    supervisor.stop(grace=0.2)
    assert said(supervisor)[-1] == "did not end in time and was killed."
    wait_for(lambda: not processes_of(data))


def test_stopping_lets_a_program_finish(supervisor: Supervisor, data: Path) -> None:
    code = """
import signal, sys, time
def stop(*_):
    time.sleep(0.2)
    print("finished")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
time.sleep(60)
"""
    supervisor.start(program(data, code))
    supervisor.run(lambda: said(supervisor) == ["up"])
    began = time.monotonic()
    supervisor.stop(grace=5)
    assert said(supervisor) == ["up", "finished"]
    assert time.monotonic() - began < patient(2)


def test_nothing_is_left_when_the_supervisor_is_killed(data: Path, python: Python) -> None:
    running = python("-c", SUPERVISED, str(data))
    assert running.stdout is not None
    assert {running.stdout.readline() for _ in range(2)} == {
        "one        | up\n",
        "two        | up\n",
    }
    assert len(processes_of(data)) == 3
    running.kill()
    running.wait()
    wait_for(lambda: not processes_of(data))
