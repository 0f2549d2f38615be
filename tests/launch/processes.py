"""Looking at the processes of this machine."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def processes_of(folder: Path) -> dict[int, str]:
    """Number, command line and [name] of every process that works on this folder but this one.

    Its arguments name the folder, or its environment does. A forked one has the command line of
    whom it was forked from, and a name of its own.
    """
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes()
            name = (process / "comm").read_text().strip()
            about = command + (process / "environ").read_bytes()
            if os.fsencode(folder) in about and int(process.name) != os.getpid():
                found[int(process.name)] = f"{command.replace(bytes(1), b' ').decode()}[{name}]"
    return found
