"""How much may be used for looking: little, so that it is quick and disturbs nobody. Pure."""

from __future__ import annotations

from datetime import timedelta

from pipelines.connections.sources.base import MEBIBYTE, Portion
from pipelines.engines.base import Limits

MOST_ROWS = 100_000  # of each input
ROWS_SHOWN = 100
SAMPLE_ROWS = 20  # of an input
PREVIEW = Limits(memory_mb=512, seconds=60, threads=1, temp_mb=512, file_mb=256)
KEPT_FOR = timedelta(days=1)
FRESH_FOR = timedelta(minutes=15)  # what a connection offers is looked at again after that
AGAIN_AFTER = timedelta(seconds=30)  # a look that failed
MAX_ATTEMPTS = 2  # a worker that vanished is forgiven once


def head(rows: int) -> Portion:
    """What is fetched of tables for a preview: the first rows, in seconds."""
    return Portion(rows=rows, bytes=256 * MEBIBYTE, seconds=45, is_head=True)
