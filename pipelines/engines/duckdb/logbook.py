"""The zygote's own log: JSON lines on standard output."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from typing import Any


def stamp(now: float) -> str:
    """A Unix time as RFC 3339 in UTC, with milliseconds."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return f"{whole}.{int(now % 1 * 1000):03d}Z"


class Log:
    """Writes what is grave enough; a line that cannot be written is lost, and the job is not."""

    LEVELS = ("debug", "info", "warning", "error")

    def __init__(self, least: str) -> None:
        self.shown = self.LEVELS[self.LEVELS.index(least) :]

    def __call__(self, level: str, message: str, **details: Any) -> None:
        if level not in self.shown:
            return
        line = {
            "time": stamp(time.time()),
            "level": level.upper(),
            "logger": "pipelines.engines.zygote",
            "message": message,
            **details,
        }
        with suppress(OSError):
            os.write(sys.stdout.fileno(), (json.dumps(line) + "\n").encode())
