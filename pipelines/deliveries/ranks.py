"""Which of two results may stand at a place: the newer run, then the newer revision. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rank(*, instant: datetime, run_id: UUID, revision: int) -> str:
    """A text that sorts as results do: microseconds of the run's instant, its id, the revision."""
    micros = (instant - EPOCH) // timedelta(microseconds=1)
    return f"{micros:017d}-{run_id.hex}-{revision:06d}"
