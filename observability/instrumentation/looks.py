"""Quick looks at pages: no span is kept of them, but each is counted, or promises are judged by
the slow ones and the failed ones alone.
"""

from __future__ import annotations

import threading
import time

from opentelemetry.sdk.trace import ReadableSpan

from observability.instrumentation.sending import Sender
from observability.traces.stores.base import Look

EVERY = 5.0  # seconds: pages poll, and each look by itself would be a transaction
MOST = 500  # looks that go together


Looked = tuple[Look, ...]  # as they wait in the queue


class Looks:
    """Gathers looks and hands them to the sender, all at once: one record in its queue."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._gathered: list[Look] = []
        self._handed_at = time.monotonic()
        self._lock = threading.Lock()

    def add(self, span: ReadableSpan) -> None:
        """Count it, sooner or later."""
        began = span.start_time or 0
        with self._lock:
            took = max(0, (span.end_time or began) - began)
            self._gathered.append(Look(began, took, called(span.name)))
            is_due = time.monotonic() - self._handed_at >= EVERY
            if not is_due and len(self._gathered) < MOST:
                return
        self.hand_over()

    def hand_over(self) -> None:
        """What has gathered so far; at the end of the process too."""
        with self._lock:
            looks, self._gathered = tuple(self._gathered), []
            self._handed_at = time.monotonic()
        if looks:
            self._sender.add(looks)


def called(name: str) -> str:
    """By method, and whether it is the API: so many addresses would be too many to tell apart."""
    method, _, address = name.partition(" ")
    return f"{method} {'/api/' if address.startswith('/api/') else '/'}"
