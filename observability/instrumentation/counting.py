"""How much a process sent and dropped, written down now and then by the thread that sends."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime

from django.db import Error
from django.utils.module_loading import import_string

from observability.instrumentation.sending import Counts
from observability.instrumentation.storing import own_connection
from observability.instrumentation.tally import Tally

EVERY = 5.0  # seconds
NOTE = "observability.instrumentation.operations.note"  # by name: tables come after the start


class Counting:
    """`tell` after each try at a batch, whatever came of it; `watch` says what is counted."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._spans, self._lines = Counts(), Counts()
        self._told_at = -EVERY
        self._told = Tally()

    def watch(self, *, spans: Counts, lines: Counts) -> None:
        self._spans, self._lines = spans, lines

    def tell(self) -> None:
        """Unless that was done a moment ago. Where the database is away the next one says it."""
        if time.monotonic() - self._told_at >= EVERY:
            self.tell_now()

    def tell_now(self) -> None:
        """At the end of the process too: what it dropped last is not forgotten with it."""
        self._told_at = time.monotonic()
        spans, lines = self._spans, self._lines
        counted = Tally(spans.sent, lines.sent, spans.dropped, lines.dropped)
        own_connection()
        try:
            import_string(NOTE)(
                name=f"{socket.gethostname()}:{os.getpid()}",
                process=self._process,
                counted=counted,
                more=counted.since(self._told),
                message=spans.message or lines.message,
                now=datetime.now(UTC),
            )
        except Error:
            self._told_at = -EVERY
        else:
            self._told = counted
