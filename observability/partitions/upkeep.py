"""What is done with kept telemetry each hour, all of it, whatever part of it does not work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from observability.instrumentation import operations as instrumentation
from observability.logs import operations as logs
from observability.partitions import operations
from observability.series.stores import postgres as metrics
from observability.traces.stores import volumes

log = logging.getLogger(__name__)


def keep_up(*, now: datetime) -> None:
    """Days are made and dropped; counts, series and processes whose time is over are forgotten."""
    keep = timedelta(days=max(settings.KEEP_TELEMETRY_DAYS.values()))
    parts: tuple[Callable[[], object], ...] = (
        lambda: operations.keep_up(now=now),
        lambda: logs.forget(now=now, keep=keep),
        lambda: volumes.forget(now=now, keep=keep),
        lambda: metrics.forget(now=now),
        lambda: instrumentation.forget(now=now),
    )
    for part in parts:
        try:
            part()
        except DatabaseError:
            log.exception("A part of the upkeep of telemetry did not work.")
