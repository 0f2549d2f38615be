"""Which of two results may stand at a place: the newer run, then the newer revision. Pure.

And by which id an event is told apart, the same at every try.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rank(*, instant: datetime, run_id: UUID, revision: int) -> str:
    """A text that sorts as results do: microseconds of the run's instant, its id, the revision."""
    micros = (instant - EPOCH) // timedelta(microseconds=1)
    return f"{micros:017d}-{run_id.hex}-{revision:06d}"


def event_id(delivery: Any) -> str:
    """Of a delivery to a webhook: of its row and revision, so that a repeat has it, too."""
    return f"msg_{delivery.pk.hex}_{delivery.revision}"
