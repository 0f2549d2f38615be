"""Rows of many requests written together, each request answered when its own are committed.

A request's thread adds its rows and waits. The first of a batch writes for all: as soon as there
are enough, or nobody else is on the way, or after a tenth of a second. While it writes, the next
batch gathers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from observability.logs.stores.base import StoreError

ENOUGH = 2000  # rows
PATIENCE = 0.1  # seconds
MOST_WAITING = 50_000  # rows of all requests; beyond that senders wait and try again


class Full(Exception):
    """More is waiting to be written than is good for the memory of this process."""


class _Part:
    """What one request brought, and why it could not be kept."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self.is_done = False
        self.error: BaseException | None = None


class Gatherer:
    """`with gatherer.coming(): rows = ...`, then `gatherer.add(rows)`. One a table and process."""

    def __init__(self, write: Callable[[Sequence[Any]], None]) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._open: list[_Part] | None = None
        self._coming = 0
        self._waiting = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """While a request is read, so that a batch waits for it a little."""
        with self._changed:
            self._coming += 1
        try:
            yield
        finally:
            with self._changed:
                self._coming -= 1
                self._changed.notify_all()

    def add(self, rows: Sequence[Any]) -> None:
        """Return when these rows are committed. Raises what writing them raised, or Full."""
        if not rows:
            return
        part = _Part(rows)
        with self._changed:
            if self._waiting and self._waiting + len(rows) > MOST_WAITING:
                raise Full
            self._waiting += len(rows)
            leads = self._open is None
            batch = [] if self._open is None else self._open
            batch.append(part)
            self._open = batch
            self._changed.notify_all()
        try:
            if leads:
                self._lead(batch)
            else:
                self._follow(part)
        finally:
            with self._changed:
                self._waiting -= len(rows)
        if part.error is not None:
            raise part.error

    def _lead(self, batch: list[_Part]) -> None:
        until = time.monotonic() + PATIENCE
        with self._writing:  # the batch before is written; meanwhile this one grows
            with self._changed:
                while self._coming and sum(len(part.rows) for part in batch) < ENOUGH:
                    if not self._changed.wait(until - time.monotonic()):
                        break
                self._open = None
            try:
                self._keep(batch)
            finally:
                with self._changed:
                    for part in batch:
                        part.is_done = True
                    self._changed.notify_all()

    def _keep(self, batch: list[_Part]) -> None:
        """All at once; where something can't be stored, each by itself, so that it fails alone."""
        try:
            self._write([row for part in batch for row in part.rows])
        except StoreError as error:
            if not error.permanent or len(batch) == 1:
                self._fail(batch, error)
                return
            for part in batch:
                self._keep([part])
        except BaseException as error:
            self._fail(batch, error)
            raise

    @staticmethod
    def _fail(batch: list[_Part], error: BaseException) -> None:
        for part in batch:
            part.error = error

    def _follow(self, part: _Part) -> None:
        with self._changed:
            while not part.is_done:
                self._changed.wait()
