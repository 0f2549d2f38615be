"""Runs programs side by side, shows what they say, starts again what dies, leaves nothing behind.

Knows nothing of Slipway. Every program is the leader of a session of its own, so Ctrl-C reaches
only the supervisor, and its whole process group can be ended with it. If the supervisor itself is
killed, the kernel tells the programs (`at_death`, see child.py).
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launch import forked, identity
from launch.forked import Forked
from launch.output import Terminal
from launch.program import Program

MOST_DEATHS, WITHIN = 5, 60.0  # more deaths than that in so many seconds: give up
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds before a start; doubles with each death
LOOK = 0.2  # seconds between looks at the children
CHUNK = 65536


class GaveUp(Exception):
    """A program keeps dying; `code` is what the supervisor is to exit with."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(f"{name} died more than {MOST_DEATHS} times in {WITHIN:.0f} s: stopping.")
        self.code = code or 1


@dataclass
class Child:
    program: Program
    process: subprocess.Popen[bytes] | Forked
    unfinished_line: bytes = b""
    code: int | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float | None = None


class Supervisor:
    """`start` programs, then `run`; `stop` at the end, whatever happened."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.children: dict[str, Child] = {}
        self.outputs = selectors.DefaultSelector()
        self.must_hurry = False

    def start(self, program: Program) -> None:
        known = self.children.get(program.name)
        process = forked.start(program) if program.begins else _executed(program)
        child = Child(program, process, deaths=known.deaths if known else [])
        self.children[program.name] = child
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self.outputs.register(process.stdout, selectors.EVENT_READ, child)

    def run(self, until: Callable[[], bool]) -> None:
        """Look after the programs until the question is answered with yes."""
        while not until():
            self.turn()

    def finish(self, name: str) -> int:
        """Look after the programs until this one has ended; its exit code."""
        self.run(lambda: self.children[name].code is not None)
        return self.children[name].code or 0

    def turn(self) -> None:
        """Show what was said within `LOOK` seconds, then look who died."""
        self._show(LOOK)
        for child in list(self.children.values()):
            if child.code is None:
                self._bury_if_dead(child)
            if child.start_at is not None and time.monotonic() >= child.start_at:
                child.start_at = None
                self.start(child.program)

    def stop(self, *, last: str = "", grace: float = 10.0) -> None:
        """SIGTERM to all, `last` after the others; SIGKILL to who has not ended after `grace` s."""
        children = list(self.children.values())
        self._end([child for child in children if child.program.name != last], grace)
        self._end([child for child in children if child.program.name == last], grace)
        self._show(0)
        self.children.clear()

    def _end(self, children: list[Child], grace: float) -> None:
        living = [child for child in children if child.code is None]
        for child in living:
            _signal_group(child, signal.SIGTERM, leader_only=True)
        until = time.monotonic() + grace
        while living and time.monotonic() < until and not self.must_hurry:
            self._show(0.05)
            living = [child for child in living if not self._is_over(child)]
        for child in living:
            self.terminal.line(child.program.name, "did not end in time and was killed.")
            _signal_group(child, signal.SIGKILL)
            child.code = child.process.wait()

    def _bury_if_dead(self, child: Child) -> None:
        if not self._is_over(child) or child.program.is_once:
            return
        now = time.monotonic()
        child.deaths[:] = [at for at in child.deaths if at > now - WITHIN] + [now]
        if len(child.deaths) > MOST_DEATHS:
            raise GaveUp(child.program.name, exit_code(child.code or 0))
        pause = min(FIRST_PAUSE * 2 ** (len(child.deaths) - 1), LONGEST_PAUSE)
        child.start_at = now + pause
        how = _how_it_ended(child.code or 0)
        self.terminal.line(child.program.name, f"{how}; starting it again in {pause:g} s.")

    def _is_over(self, child: Child) -> bool:
        """Ended? Then what it forked goes with it, its last words are shown, its code is kept."""
        ended = os.waitid(
            os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        )  # before the process number is given back, so that the group can't be somebody else's
        if ended is None:
            return False
        _signal_group(child, signal.SIGKILL)
        child.code = child.process.wait()
        self._read(child)
        return True

    def _show(self, seconds: float) -> None:
        for key, _ in self.outputs.select(seconds):
            self._read(key.data)

    def _read(self, child: Child) -> None:
        """Everything that waits in its pipe, by whole lines."""
        pipe = child.process.stdout
        if pipe is None or pipe.closed:
            return
        while chunk := _chunk(pipe.fileno()):
            *lines, child.unfinished_line = (child.unfinished_line + chunk).split(b"\n")
            for line in lines:
                self.terminal.line(child.program.name, line.decode(errors="replace"))
        if chunk is None and child.code is None:
            return
        self.outputs.unregister(pipe)
        pipe.close()
        if child.unfinished_line:
            self.terminal.line(child.program.name, child.unfinished_line.decode(errors="replace"))


def exit_code(returned: int) -> int:
    """subprocess's -9 -> the shell's 137."""
    return 128 - returned if returned < 0 else returned


def _how_it_ended(returned: int) -> str:
    if returned < 0:
        return f"was killed by {signal.Signals(-returned).name}"
    return f"ended with exit code {returned}"


def _chunk(descriptor: int) -> bytes | None:
    """b"" at the end of the pipe, None when nothing waits now."""
    try:
        return os.read(descriptor, CHUNK)
    except BlockingIOError:
        return None


def _executed(program: Program) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        identity.wrapped(program.command, at_death=program.at_death),
        env=dict(program.environment),
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _signal_group(child: Child, number: int, *, leader_only: bool = False) -> None:
    try:
        if leader_only:
            os.kill(child.process.pid, number)
        else:
            os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return
