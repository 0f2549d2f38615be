"""The last answer to a slow question, for all threads of a process: asked by one at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from portal.errors import Away

GOOD = 300.0  # seconds that an answer is good for
BAD = 10.0  # seconds in which nobody asks again what was not answered
TURN = 1.0  # seconds that one waits while another asks

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[Thing]):
    about: object
    found: Thing | str  # what was answered; or in words, why nothing was
    until: float


class Remembered(Generic[Thing]):
    """Strangers can ask for it as often as they like: without this each would hold a thread."""

    def __init__(self) -> None:
        self._kept: _Kept[Thing] | None = None
        self._turn = Lock()

    def get(self, about: object, ask: Callable[[], Thing], *, clock: Callable[[], float]) -> Thing:
        """What `ask` said `about` this last, or says now; Away as long as it was just now.

        `clock` in seconds that never go back.
        """
        if kept := self._fresh(about, clock()):
            return _said(kept)
        if not self._turn.acquire(timeout=TURN):
            raise Away("The identity provider is slow now: try again in a moment.")
        try:
            kept = self._fresh(about, clock()) or self._asked(about, ask, clock)
        finally:
            self._turn.release()
        return _said(kept)

    def forget(self) -> None:
        """Ask next time."""
        self._kept = None

    def _fresh(self, about: object, at: float) -> _Kept[Thing] | None:
        kept = self._kept
        return kept if kept and kept.about == about and at < kept.until else None

    def _asked(
        self, about: object, ask: Callable[[], Thing], clock: Callable[[], float]
    ) -> _Kept[Thing]:
        kept: _Kept[Thing]
        try:
            kept = _Kept(about, ask(), clock() + GOOD)
        except Away as away:
            kept = _Kept(about, away.message, clock() + BAD)
        self._kept = kept
        return kept


def _said(kept: _Kept[Thing]) -> Thing:
    if isinstance(kept.found, str):
        raise Away(kept.found)
    return kept.found
