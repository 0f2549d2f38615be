"""Sessions that don't wait for ever.

A server that is gone refuses, and one that is slow is stopped by its own `statement_timeout`. One
that is suspended, or behind a network that swallows packets, says nothing: without this each
thread of a process would wait for it until it came back, and soon none would be left to say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.db import OperationalError
from psycopg.errors import FeatureNotSupported, QueryCanceled
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from psycopg.abc import PQGen

Found = TypeVar("Found")
_less: ContextVar[float] = ContextVar("less_patience", default=0.0)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """For a question of this thread that must be answered at once or not at all."""
    token = _less.set(seconds)
    try:
        yield
    finally:
        _less.reset(token)


def was_stopped(error: BaseException | None) -> bool:
    """Was it `statement_timeout` that ended this question of Django's?"""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, QueryCanceled)


class Session(psycopg.Connection[Any]):
    """Closes itself when an answer takes too long, so that the pool makes another one.

    Plans that are no good any more it forgets.
    """

    seconds = 0.0  # for one answer; 0: as long as it takes

    def wait(self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None) -> Found:
        limit = timeout or _less.get() or self.seconds or None
        try:
            return super().wait(gen, interval, limit)
        except FeatureNotSupported:
            # "cached plan must not change result type": a migration made a column wider, and this
            # session would say so each time that it is asked the same.
            self._prepared.clear()
            raise
        except psycopg.OperationalError as error:
            is_silent = self.pgconn.transaction_status == TransactionStatus.ACTIVE
            if timeout is not None or limit is None or not is_silent:
                raise  # psycopg's own limit, or the server's words
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"PostgreSQL said nothing for {limit:g} seconds."
            ) from error
