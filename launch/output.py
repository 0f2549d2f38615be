"""What the terminal shows: each line behind the name of the process that wrote it."""

from __future__ import annotations

import os
import sys

COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92", "95")
WIDTH = 10


class Terminal:
    """Writes whole lines; a colour for each name where a terminal reads and NO_COLOR is not set."""

    def __init__(self) -> None:
        self.in_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._colours: dict[str, str] = {}

    def line(self, name: str, text: str) -> None:
        self._write(f"{self._painted(name)} {text}\n")

    def say(self, text: str = "") -> None:
        """Slipway's own words, without a prefix."""
        self._write(f"{text}\n")

    def _painted(self, name: str) -> str:
        label = f"{name:<{WIDTH}} |"
        if not self.in_colour:
            return label
        colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
        return f"\x1b[{colour}m{label}\x1b[0m"

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            # `make up | head`: nobody reads any more, and the processes are to go on.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
