"""The life of a deployment: which verb leads from which state to which. Pure.

`ask`, `wait`, `succeed` and `fail` are the worker's; the others are people's.
"""

from __future__ import annotations

from datetime import timedelta

MOVES: dict[str, dict[str, str]] = {
    "awaiting_approval": {"approve": "running", "refuse": "refused", "abort": "aborted"},
    "running": {
        "wait": "waiting",
        "succeed": "succeeded",
        "fail": "failed",
        "abort": "aborted",
    },
    "waiting": {"advance": "running", "abort": "aborted"},
    "succeeded": {},
    "failed": {},
    "refused": {},
    "aborted": {},
}

STANDS = {
    "awaiting_approval": "waits for an approval",
    "running": "is being deployed",
    "waiting": "waits for a person to say that it may go on",
    "succeeded": "is deployed",
    "failed": "has failed",
    "refused": "was refused",
    "aborted": "was aborted",
}
INSTEAD = {
    "approve": "There is nothing to approve.",
    "refuse": "There is nothing to refuse.",
    "advance": "Nothing in it waits for a go-ahead.",
    "abort": "There is nothing left to abort.",
}

MAX_ATTEMPTS = 5
BASE_SECONDS = 2.0
MOST_SECONDS = 60.0


def after(state: str, verb: str) -> str | None:
    """The state that `verb` leads to, or None where it is not allowed."""
    return MOVES[state].get(verb)


def why_not(state: str, verb: str, what: str) -> str:
    """The sentence for a verb that the state does not allow; `what` is "Deployment #12"."""
    instead = INSTEAD[verb]
    if state == "awaiting_approval" and verb == "advance":
        instead = "An approval lets it go on."
    return f"{what} {STANDS[state]}. {instead}"


def may_try_again(*, attempt: int, is_permanent: bool) -> bool:
    """Whether a step that failed at its `attempt`-th try gets another one."""
    return not is_permanent and attempt < MAX_ATTEMPTS


def pause_before_next(attempt: int, *, spread: float) -> timedelta:
    """How long to wait after the `attempt`-th failure; `spread` (0 to 1) keeps steps apart.

    Exponential backoff with equal jitter: half of the ceiling is fixed, half is spread.
    """
    ceiling = min(MOST_SECONDS, BASE_SECONDS * 2 ** (attempt - 1))
    return timedelta(seconds=ceiling / 2 * (1 + spread))
