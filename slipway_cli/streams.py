"""Where words go and come from on this machine, and how a command ends that can't reach them."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

from slipway_cli.endings import Code, Ended

DONE = "But what was asked for is done, or goes on."
NOTHING = "Nothing was changed."


def opened() -> None:
    """Have somewhere to write: closed is nowhere, and a letter that can't be written is a “?”."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def let_go() -> None:
    """What could not be written goes nowhere, also when the process ends and tries once more."""
    with suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.__stdout__.fileno() if sys.__stdout__ else 1)


def has_enough(error: BaseException | None) -> bool:
    """Whether somebody read as much as they wanted: `slipway logs | head`."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def unheard() -> Ended:
    """A question that nobody is there to answer."""
    return Ended(
        Code.USAGE,
        "Something was to be typed, and nobody is here to do it.",
        hint="Without a terminal, say all of it with options. A token is handed in with: "
        "slipway login --with-token < FILE",
    )


def lacking(error: OSError | UnicodeError, *, was_asked: bool) -> Ended:
    """Something of this machine, a full disk or a folder that is closed, with what it means."""
    if isinstance(error, UnicodeError):
        words = "Something that was typed or read here is no text."
    elif error.filename:
        words = f"{error.filename} can't be used: {error.strerror}."
    else:
        words = f"What came of it can't be written: {error.strerror or error}."
    return Ended(Code.USAGE, f"{words} {DONE if was_asked else NOTHING}")
