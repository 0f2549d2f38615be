"""What the log hears of an outage of PostgreSQL: that it began, that it lasts, that it is over.

A line for each request that is turned away, or for each time that the pool tries to connect, would
say nothing more, and would bury what else goes wrong.
"""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the clock logs, too, and needs no Django
    from django.http import HttpResponse

log = logging.getLogger(__name__)

EACH = 60.0  # seconds between two lines that say the same
ATTEMPT = "error connecting in"  # so psycopg's pool begins to say that it could not


class Story:
    """One outage as this process tells it, however many threads meet it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._began_at: float | None = None
        self._told_at = 0.0
        self._turned_away = self._in_all = 0
        self._why, self._heard_at = "", 0.0

    @property
    def goes_on(self) -> bool:
        return self._began_at is not None

    def hear(self, why: str) -> None:
        """Why no connection could be made: whoever waits for one is told only that it took long."""
        self._why, self._heard_at = why, monotonic()

    def begin(self, error: BaseException) -> None:
        """It was noticed; only the first who notices is heard."""
        with self._lock:
            if self._began_at is not None:
                return
            self._began_at = self._told_at = monotonic()
            self._turned_away = self._in_all = 0
            why = [_first_line(error)]
            if self._why and monotonic() - self._heard_at < EACH:
                why.append(self._why)
        log.error(
            "PostgreSQL is away: requests are turned away until it answers. %s", "; ".join(why)
        )

    def count(self) -> None:
        """One more request was turned away."""
        with self._lock:
            if self._began_at is None:  # it was over while this one was answered
                return
            self._turned_away += 1
            self._in_all += 1
            now = monotonic()
            if now - self._told_at < EACH:
                return
            number, self._turned_away = self._turned_away, 0
            self._told_at = now
        log.warning("PostgreSQL is still away: %s.", _were_turned_away(number))

    def end(self) -> None:
        """It answers."""
        with self._lock:
            if self._began_at is None:
                return
            lasted, self._began_at, self._why = monotonic() - self._began_at, None, ""
            number = self._in_all
        log.info(
            "PostgreSQL answers again, %.1f seconds after that was noticed: %s.",
            lasted,
            _were_turned_away(number),
        )


STORY = Story()


class Attempts(logging.Filter):
    """Keeps back what psycopg's pool says each time that it can't connect, but once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._told_at = -EACH

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(ATTEMPT):
            return True
        if isinstance(record.args, tuple) and record.args:
            STORY.hear(_first_line(record.args[-1]))
        if STORY.goes_on or monotonic() - self._told_at < EACH:
            return False
        self._told_at = monotonic()
        return True


def unlogged(answer: HttpResponse) -> HttpResponse:
    """Marked as Django marks what it has logged: what there is to say is told by the outage."""
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return answer


def _were_turned_away(number: int) -> str:
    return "1 request was turned away" if number == 1 else f"{number:,} requests were turned away"


def _first_line(said: object) -> str:
    return str(said).strip().partition("\n")[0]
