"""How a command ends: with a code that scripts can use, and words for people."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

PROBLEM = "urn:slipway:problem:"


class Code(IntEnum):
    """Exit codes. They are part of the public contract, as the API's addresses are."""

    DONE = 0
    ENDED_BADLY = 1
    USAGE = 2
    REFUSED = 3
    NOT_ALLOWED = 4
    UNREACHABLE = 5
    STILL_GOING = 6
    WAITS_FOR_A_PERSON = 7
    INTERRUPTED = 130


# In a word, and in full.
MEANINGS: dict[Code, tuple[str, str]] = {
    Code.DONE: ("done", "Done. With `--wait`: it has ended, and well."),
    Code.ENDED_BADLY: (
        "has ended badly",
        (
            "It was done and has ended badly: a deployment, a run, a check or a delivery failed, "
            "was refused or was stopped by someone."
        ),
    ),
    Code.USAGE: (
        "can't be understood",
        (
            "The command can't be understood, or something on this machine is missing: an "
            "argument, a file, a repository, a login."
        ),
    ),
    Code.REFUSED: ("refused, in words", "Slipway refused, and says why. Nothing was done."),
    Code.NOT_ALLOWED: (
        "not signed in, not allowed",
        "The token is unknown or expired, or you have no right to do this. Nothing was done.",
    ),
    Code.UNREACHABLE: (
        "no answer",
        (
            "Slipway could not be reached or has a bug, also after trying again. Whether it was "
            "done is not known: say the same again with the same `--key`, and it is done once."
        ),
    ),
    Code.STILL_GOING: (
        "still going",
        "The time of `--timeout` is over. It goes on without you.",
    ),
    Code.WAITS_FOR_A_PERSON: (
        "waits for a person",
        (
            "It waits for somebody. For a go-ahead, because a new release does badly: at once with "
            "`--wait`. For an approval: at once with `--wait --no-approval`, else when the time is "
            "over. It goes on once that is there."
        ),
    ),
    Code.INTERRUPTED: ("interrupted", "You pressed Ctrl-C. What was asked for goes on."),
}

# What to do next, where the answer itself can't know that a command line is asking.
NEXT = {
    "not-signed-in": "Sign in with “slipway login”, or set SLIPWAY_TOKEN.",
    "key-reused": "Choose another --key, or leave it out: each call then has one of its own.",
    "too-many": "Wait a moment, then say the same again.",
    "in-flight": "Say the same again in a moment: it is done once.",
    "not-ready": "Wait a moment, then say the same again: it is done once.",
}


class Ended(Exception):
    """A command that does not end well. `problem`: the API's answer, where there was one."""

    def __init__(
        self, code: Code, message: str, *, hint: str = "", problem: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.problem = problem


def refused(status: int, problem: dict[str, Any]) -> Ended:
    """The end that an answer of the API means."""
    kind = str(problem.get("type", "")).removeprefix(PROBLEM)
    detail = str(problem.get("detail") or f"Slipway answered {status}.")
    return Ended(_code(status), detail, hint=NEXT.get(kind, ""), problem=problem)


def _code(status: int) -> Code:
    if status in {401, 403}:
        return Code.NOT_ALLOWED
    if status >= 500 or status == 429:
        return Code.UNREACHABLE
    return Code.REFUSED


def findings(problem: dict[str, Any]) -> list[str]:
    """What a refusal names one by one: places in a file, fields of a form."""
    return [_finding(each) for each in problem.get("details") or []]


def _finding(found: dict[str, Any]) -> str:
    line, column = found.get("line"), found.get("column")
    file = f"{found['file']}, " if found.get("file") else ""
    place = f"{file}line {line}" if line else ""
    place += f", column {column}" if place and column else ""
    where = place or str(found.get("field") or "")
    message = str(found.get("message") or "")
    return f"{where}: {message}" if where else message
