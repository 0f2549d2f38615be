"""A bounded queue and the thread that empties it: whoever adds never waits, whatever happens.

What does not fit is dropped and counted. What could not be sent is tried again, later and later,
while the queue fills. What is left when the process ends is counted as dropped, too.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry.instrumentation.utils import suppress_instrumentation

from observability.logs.stores.base import StoreError

log = logging.getLogger(__name__)

MOST = 4096  # records that wait; more of them would cost memory that work needs
ENOUGH = 512  # records for which the thread need not wait any longer
GATHER = 2.0  # seconds: each batch costs some milliseconds, whatever is in it
THREAD = "telemetry"  # by its name its own lines are known, and not sent
LONGEST_PAUSE = 30.0  # seconds before a store that does not answer is asked again
Send = Callable[[Sequence[Any]], None]


@dataclass(slots=True)
class Counts:
    """Since the process started: how many were sent, dropped, and why the last ones were not."""

    sent: int = 0
    dropped: int = 0
    message: str = ""


class Sender:
    """`add` from any thread; `send` is called by one thread of its own, with what has gathered.

    Raises nothing. The thread begins with the first record, so that a fork has its own.
    """

    def __init__(self, send: Send, *, after: Callable[[], None] | None = None) -> None:
        self.counts = Counts()
        self._send = send
        self._after = after
        self._waiting: deque[Any] = deque()
        self._some = threading.Event()
        self._enough = threading.Event()
        self._over = threading.Event()
        self._idle = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._most = MOST
        self._sending = 0  # records of the batch that is on its way
        self._is_given_up = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def add(self, record: Any) -> None:
        """Keep it for the thread, or drop it: never wait."""
        size = len(self._waiting)
        if size >= self._most:
            self.counts.dropped += 1
            return
        self._waiting.append(record)
        if not self._some.is_set():
            self._idle.clear()
            self._some.set()
            if self._thread is None:
                self._start()
        elif size >= ENOUGH:
            self._enough.set()

    def flush(self, seconds: float) -> bool:
        """Wait until what was added is sent, at most so long; whether it was."""
        self._enough.set()
        return not self._waiting or self._idle.wait(seconds)

    def stop(self, seconds: float = 2.0) -> None:
        """At the end of the process: send what is left, if that goes fast; the rest is dropped."""
        self._most = 0
        self._over.set()
        self._enough.set()
        self._some.set()
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():  # the store hangs, and with it this batch
                self._is_given_up = True
                self._drop(self._sending + self._left())

    def _left(self) -> int:
        """Empties the queue: how many had waited in it."""
        left = 0
        while self._waiting:
            self._waiting.popleft()
            left += 1
        return left

    def _lose(self, batch: Sequence[Any]) -> None:
        """Unless it was counted already, when nobody waited for it any longer."""
        if not self._is_given_up:
            self._drop(len(batch))

    def _drop(self, records: int) -> None:
        self.counts.dropped += records

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name=THREAD, daemon=True)
                self._thread.start()

    def _live(self) -> None:
        with suppress_instrumentation():  # what sending does is not told of
            self._work()

    def _work(self) -> None:
        while not (self._over.is_set() and not self._waiting):
            self._some.wait()
            self._enough.wait(GATHER)
            self._enough.clear()
            self._some.clear()
            while batch := self._batch():
                self._push(batch)
            self._idle.set()
            if self._over.is_set():
                return

    def _batch(self) -> list[Any]:
        found: list[Any] = []
        while self._waiting and len(found) < ENOUGH:
            found.append(self._waiting.popleft())
        return found

    def _push(self, batch: Sequence[Any]) -> None:
        self._sending = len(batch)
        pause = 1.0
        while not self._is_done(batch):
            self._told()
            self._over.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._sending = 0
        self._told()

    def _is_done(self, batch: Sequence[Any]) -> bool:
        """One try. Whether there is nothing left to do about these, sent or dropped."""
        try:
            self._send(batch)
        except StoreError as error:
            self.counts.message = error.message
            if error.permanent:
                self._lose(batch)
            elif self._over.is_set():  # nobody waits until it is back: all that is left goes
                self._lose(batch)
                self._drop(self._left())
            else:
                return False
        except Exception as bug:
            # Telemetry must not end because of one record that nobody foresaw.
            log.warning("telemetry could not be sent", exc_info=True)
            self.counts.message = f"{type(bug).__name__}: the process's own log says more."
            self._lose(batch)
        else:
            if not self._is_given_up:
                self.counts.sent += len(batch)
                self.counts.message = ""
        return True

    def _told(self) -> None:
        """Also of what was not sent: that most of all is to be seen."""
        if self._after:
            self._after()
