"""So much time for questions to the database, all of them together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

NEAR = 0.2  # seconds by which a question may be given more than is left
SET = "SELECT set_config('statement_timeout', %s, true)"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Each question gets what is left of the time; behind its end OperationalError is raised.

    In a savepoint: what goes on outside is as patient as before.
    """
    over = time.monotonic() + seconds
    given = [float("inf")]

    def ask(execute: Callable[..., Any], *question: Any) -> Any:
        left = over - time.monotonic()
        if left <= 0:
            raise OperationalError(f"{seconds:g} s are over.")
        if left < given[0] - NEAR:
            given[0] = left
            cursor = question[-1]["cursor"].cursor  # the driver's: it asks nobody here
            cursor.execute(SET, [f"{max(1, int(left * 1000))}ms"])
        return execute(*question)

    with transaction.atomic():
        with connection.execute_wrapper(ask):
            yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
