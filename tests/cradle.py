"""Forks Slipway's processes again and again, from one that has loaded all of it, as `make up` does.

    cradle = Cradle(environment, log_path)
    fork = cradle.fork(program, log_path)   # pid, poll(), wait(seconds), as of a subprocess.Popen
    cradle.stop()

Fault tests kill the same few processes dozens of times. Loading Slipway takes seconds of a
processor; a fork of a process that has it takes some hundredths.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from launch import forked, identity, processes
from launch.places import PYTHON, ROOT
from launch.program import Program
from tests.patience import patient

FOREVER = 1e9
PATIENCE = 60.0  # seconds until it has imported everything
LAST = 20.0  # seconds until it has ended by itself
BEGUN = "begun"
# Else half of what a web process does in all tests is to count a million hashes for each password.
CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Cradle:
    """The process to fork from: it has one environment, which gives the settings of all."""

    def __init__(self, environment: Mapping[str, str], log_path: Path) -> None:
        command = [str(PYTHON), "-m", "tests.cradle"]
        with log_path.open("ab") as log:
            self.popen = subprocess.Popen(
                identity.wrapped(command),
                env=dict(environment),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self.popen.stdin
        assert self.popen.stdout
        self.asking, self.told = self.popen.stdin, self.popen.stdout.fileno()
        self.half = b""
        self.begun: list[int] = []
        self.codes: dict[int, int] = {}

    def fork(self, program: Program, log_path: Path) -> Fork:
        """What it says is appended to the file."""
        asked = asdict(program) | {"folder": str(program.folder)}
        self.asking.write(json.dumps([asked, str(log_path)]).encode() + b"\n")
        self.asking.flush()
        began = time.monotonic()
        while not self.begun:
            assert time.monotonic() < began + patient(PATIENCE), "nothing was forked"
            self.listen(1.0)
        return Fork(self, self.begun.pop())

    def listen(self, seconds: float) -> None:
        """Hear who has begun and who has ended; no longer than this where nobody has."""
        if not select.select([self.told], [], [], seconds)[0]:
            return
        said = os.read(self.told, 4096)
        assert said, "the cradle itself is dead: its log says why"
        *lines, self.half = (self.half + said).split(b"\n")
        for line in lines:
            pid, word = line.decode().split()
            if word == BEGUN:
                self.begun.append(int(pid))
            else:
                self.codes[int(pid)] = int(word)

    def stop(self) -> None:
        """It ends when nobody can ask any more, and whoever it forked with it."""
        self.asking.close()
        try:
            self.popen.wait(patient(LAST))
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        assert self.popen.stdout
        self.popen.stdout.close()


@dataclass
class Fork:
    """One fork, as subprocess.Popen shows a process."""

    cradle: Cradle
    pid: int

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it lives."""
        if self.pid not in self.cradle.codes:
            self.cradle.listen(0)
        return self.cradle.codes.get(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        until = time.monotonic() + (FOREVER if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.cradle.listen(min(1.0, max(0.0, until - time.monotonic())))
        return code


def main() -> None:
    """Load, then fork for each line that comes in, and say who begins and how they end."""
    telling = os.dup(1)
    os.dup2(2, 1)  # whatever modules print belongs into the log
    forked.preload(processes.LOADS)
    settings.PASSWORD_HASHERS = CHEAP
    living: dict[int, int] = {}
    while True:
        for ready in select.select([0, *living], [], [])[0]:
            if ready in living:
                pid, word = living.pop(ready), ""
                os.close(ready)
                word = str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            elif asked := sys.stdin.buffer.raw.readline():
                pid, word = _forked(*json.loads(asked)), BEGUN
                ended = os.pidfd_open(pid)
                living[ended] = pid
                while os.getpgid(pid) != pid:  # who kills its group has to find one
                    if select.select([ended], [], [], 0.001)[0]:
                        break  # it died before it had one
            else:
                return  # nobody will ask any more
            os.write(telling, f"{pid} {word}\n".encode())


def _forked(asked: dict[str, Any], log_path: str) -> int:
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        return forked.fork(Program(**asked | {"folder": Path(asked["folder"])}), log)
    finally:
        os.close(log)


if __name__ == "__main__":
    main()
