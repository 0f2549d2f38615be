"""The life of a use of a golden path: which verb leads from which state to which. Pure.

`finish` and `fail` are the worker's; the others are people's.
"""

from __future__ import annotations

from datetime import timedelta

MOVES: dict[str, dict[str, str]] = {
    "draft": {"start": "running"},
    "running": {"finish": "done", "fail": "failed", "cancel": "cancelled"},
    "failed": {"retry": "running", "cancel": "cancelled", "undo": "undoing"},
    "done": {"undo": "undoing"},
    "cancelled": {"undo": "undoing"},
    "undoing": {"finish": "undone", "fail": "stuck"},
    "stuck": {"retry": "undoing"},
    "undone": {},
}
STANDS = {
    "draft": "was not started yet",
    "running": "is under way",
    "failed": "has stopped at a step",
    "done": "is done",
    "cancelled": "was cancelled",
    "undoing": "is being undone",
    "stuck": "stopped while it was being undone",
    "undone": "was undone",
}
INSTEAD = {
    "start": "There is nothing to start.",
    "retry": "No step of it has failed.",
    "cancel": "There is nothing to cancel.",
    "undo": "There is nothing to undo now.",
}

MAX_TRIES = 4
BASE_SECONDS = 2.0


def after(state: str, verb: str) -> str | None:
    """The state that `verb` leads to, or None where it is not allowed."""
    return MOVES[state].get(verb)


def why_not(state: str, verb: str, what: str) -> str:
    """The sentence for a verb that the state does not allow; `what` is "#12"."""
    return f"{what} {STANDS[state]}. {INSTEAD[verb]}"


def may_try_again(*, tries: int, is_permanent: bool) -> bool:
    """Whether a step that failed at its `tries`-th try is tried once more by itself."""
    return not is_permanent and tries < MAX_TRIES


def pause_before_next(tries: int) -> timedelta:
    """How long to wait after the `tries`-th failure: 2, 4, 8 seconds."""
    return timedelta(seconds=BASE_SECONDS * 2 ** (tries - 1))
