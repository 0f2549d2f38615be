"""What is to be run: a command, its environment, and how it ends."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """One that `is_once` ends by itself and is not started again.

    `begins` is a function, `module:name`, for one that is forked and shares what its parent has
    imported: it is called first. Its command is `python [-W ignore:words] -m module argument…`.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    is_once: bool = False
    begins: str = ""
    at_death: int = signal.SIGKILL  # what the kernel sends it when its parent is killed
