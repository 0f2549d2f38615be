"""The same thing done by several people at one moment, each with a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Found = TypeVar("Found")
MANY = 6


def at_once(work: Callable[[int], Found], count: int = MANY) -> list[Found]:
    """Do `work` in `count` threads that begin together; what each of them returned."""
    barrier = Barrier(count)

    def begin(number: int) -> Found:
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))
