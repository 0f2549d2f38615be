"""How much a process sent and dropped, written down now and then by the thread that sends."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime

from django.db import DatabaseError
from django.utils.module_loading import import_string

from observability.instrumentation.sending import Counts
from observability.instrumentation.storing import own_connection

EVERY = 5.0  # seconds
NOTE = "observability.instrumentation.operations.note"  # by name: tables come after the start


class Counting:
    """`tell` after each batch; `watch` says what is counted."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._spans, self._lines = Counts(), Counts()
        self._told_at = 0.0

    def watch(self, *, spans: Counts, lines: Counts) -> None:
        self._spans, self._lines = spans, lines

    def tell(self) -> None:
        """Unless that was done a moment ago. Where the database is away the next one says it."""
        if time.monotonic() - self._told_at < EVERY:
            return
        self._told_at = time.monotonic()
        own_connection()
        spans, lines = self._spans, self._lines
        try:
            import_string(NOTE)(
                name=f"{socket.gethostname()}:{os.getpid()}",
                process=self._process,
                spans=spans.sent,
                lines=lines.sent,
                dropped_spans=spans.dropped,
                dropped_lines=lines.dropped,
                message=spans.message or lines.message,
                now=datetime.now(UTC),
            )
        except DatabaseError:
            self._told_at = 0.0
