"""File locks. The kernel drops them when their process ends, however it ends."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path
from typing import IO


def opened(path: Path) -> IO[str]:
    """The lock file, created if needed; closing it gives the lock back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+")


def take(file: IO[str], *, shared: bool = False) -> bool:
    """Take the lock if nobody is in the way; never waits."""
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait(file: IO[str], *, shared: bool = False) -> None:
    fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def take_within(file: IO[str], seconds: float) -> bool:
    """Wait so long for it; False if somebody still is in the way."""
    until = time.monotonic() + seconds
    while not take(file):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def is_held(path: Path) -> bool:
    """Does some process hold this lock exclusively right now?"""
    with opened(path) as file:
        return not take(file, shared=True)


def wait_until_free(path: Path, seconds: float) -> bool:
    """False if it is still held after that many seconds."""
    until = time.monotonic() + seconds
    while is_held(path):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
