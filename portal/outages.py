"""Does PostgreSQL answer? What one request found out the hard way, the others need not wait for.

Each request waits up to ten seconds for a connection, so that a restart costs nobody anything, and
about as long for an answer (portal.postgresql). If it takes longer, all threads of a process wait,
and nobody is answered any more: not even who asks whether it lives, and then restarts it. So from
the first that waited in vain on, one request a second looks, with little patience, and the others
are told at once.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import cast

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from psycopg_pool import PoolTimeout

from portal import outage_log
from portal.outage_log import STORY
from portal.postgresql.base import DatabaseWrapper
from portal.postgresql.sessions import patience

PAUSE = 1.0  # seconds between two looks
PATIENCE = 0.5  # seconds that a look may take


class Outage:
    """What this process knows of it; shared by its threads."""

    def __init__(self) -> None:
        self._is_known = False
        self._looked_at = 0.0
        self._looking = Lock()

    @property
    def is_known(self) -> bool:
        """Was it away when somebody asked last?"""
        return self._is_known

    def lasts(self) -> bool:
        """Is it still away? Asked by every request: while nothing is known it costs nothing."""
        if not self._is_known:
            return False
        if not self._looking.acquire(blocking=False):
            return True  # another thread looks
        try:
            if monotonic() - self._looked_at >= PAUSE:
                self._is_known = not _answers()
                self._looked_at = monotonic()
                if not self._is_known:
                    STORY.end()
            return self._is_known
        finally:
            self._looking.release()

    def noticed(self, error: BaseException | None) -> bool:
        """Was it the connection that failed, and not the question? Then it is remembered.

        One session that was ended is no outage: the next request looks at once.
        """
        if not isinstance(error, OperationalError | InterfaceError):
            return False
        raw = connection.connection
        if raw is not None and not raw.closed:
            return False
        if not self._is_known:
            self._looked_at, self._is_known = 0.0, True
        STORY.begin(error)
        return True

    def turned_away(self, answer: HttpResponse) -> HttpResponse:
        """The same answer, counted, so that Django writes no line of its own about it."""
        STORY.count()
        return outage_log.unlogged(answer)


def nothing_was_asked(error: BaseException | None) -> bool:
    """Was there no connection to be had? Then nothing that was sent can have been done."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, PoolTimeout)


OUTAGE = Outage()


def version(seconds: float) -> str:
    """Which PostgreSQL answers within so many seconds; psycopg.Error if none does.

    Through the pool, as every request goes, but without its patience.
    """
    pool = cast(DatabaseWrapper, connection).pool
    pool.open()  # in a fresh process nobody else may have asked yet
    with patience(seconds), pool.connection(timeout=seconds) as raw:
        (found,) = raw.execute("SELECT current_setting('server_version')").fetchone()
    return str(found)


def _answers() -> bool:
    try:
        version(PATIENCE)
    except psycopg.Error:
        return False
    return True
