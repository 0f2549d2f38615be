"""What an attempt says of itself before its engine begins: how far fetching is, line by line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, connection

from pipelines.execution import operations
from pipelines.execution.preparation import Claim

log = logging.getLogger(__name__)
EVERY = 1.0  # seconds between two looks that a page can take


class Notes:
    """Lines of one attempt, shown on its run's page while it works."""

    def __init__(self, claim: Claim, clock: Callable[[], datetime]) -> None:
        self.lines: tuple[str, ...] = ()
        self._claim = claim
        self._clock = clock
        self._shown_at = time.monotonic()

    def add(self, text: str) -> None:
        """Take one line, and show all of them unless that was done a moment ago."""
        now = self._clock()
        self.lines += (f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z {text}",)
        if time.monotonic() - self._shown_at < EVERY:
            return
        self._shown_at = time.monotonic()
        try:
            operations.show(claim=self._claim, lines=self.lines)
        except DatabaseError:  # all of it is written at the end once more
            log.warning("progress could not be shown now", exc_info=True)
            connection.close()
