"""Points where a fault test makes a process die, stop or fail, by name. Inert unless switched on.

`SLIPWAY_FAILPOINTS="deployments.switch.written=kill,pipelines.run.claimed=error:3"`: at the third
passing of the second point an error is raised; without a number it is the first. Each fires once
in a process. `kill` and `stop` send SIGKILL and SIGSTOP to the process itself.

`SLIPWAY_FAILPOINTS="@/a/path"`: processes that already run look at each point whether there is such
a file. Whoever passes a point that it names takes the file away and is the one.

Never set the variable where people work: it is for tests of what a killed or suspended worker
leaves behind.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

from portal import env

NAME = "SLIPWAY_FAILPOINTS"
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class Failed(Exception):
    """What an `error` failpoint raises. Nothing catches it but the test that asked for it."""


def arm(text: str) -> dict[str, tuple[str, int]]:
    """Replace what is switched on: point -> (action, passings until it fires). "" is nothing."""
    ARMED.clear()
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, _, rest = word.partition("=")
        action, _, count = rest.partition(":")
        if action not in {"error", *SIGNALS} or not (count or "1").isdigit():
            raise env.Misconfigured(f"{NAME}: “{word}” is not name=kill, =stop or =error[:count].")
        ARMED[name] = (action, int(count or 1))
    return ARMED


def hit(name: str) -> None:
    """Pass a point. Costs one look at an empty dictionary where nothing is switched on."""
    if FILE:
        _look(FILE, name)
    if ARMED and name in ARMED:
        _pass(name)


def _look(file: Path, name: str) -> None:
    """Two may find it at once: who renames it has it."""
    with suppress(FileNotFoundError):
        if f"{name}=" in file.read_text():
            taken = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            file.rename(taken)
            arm(taken.read_text())
            taken.unlink()


def _pass(name: str) -> None:
    action, left = ARMED.pop(name)
    if left > 1:
        ARMED[name] = (action, left - 1)
    elif action == "error":
        raise Failed(name)
    else:
        # To this very thread: a signal to the process may let it run on for a moment.
        signal.pthread_kill(threading.get_ident(), SIGNALS[action])


def read() -> None:
    """What the environment says; again in a fork, which has one of its own."""
    global FILE  # noqa: PLW0603 - one for the process, as is ARMED
    said = env.text(NAME)
    FILE = Path(said[1:]) if said.startswith("@") else None
    arm("" if FILE else said)


ARMED: dict[str, tuple[str, int]] = {}
FILE: Path | None = None
read()
