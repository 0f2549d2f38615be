"""A delivery's way out of the house: claimed, prepared, asked once more, published.

The last question before anything leaves: still mine, still not rejected, not superseded? It is
asked under locks that are kept until the file has its name, and the rename itself is fenced by the
destination (see destinations/directory.py), so a worker that wakes late publishes nothing. Where a
receiver has to answer, the locks end when the last byte is on its way; its answer comes later.
"""

from pipelines.dispatch.operations.ahead import Left, ahead, rejected
from pipelines.dispatch.operations.claims import Claim, claim, is_mine, keep, missing_grants
from pipelines.dispatch.operations.failing import NOTHING_HEARD, fail
from pipelines.dispatch.operations.leaving import (
    Leave,
    Sent,
    cleared,
    delivered,
    left,
    may_leave,
    prepared,
    supersede,
    taken,
)
from pipelines.dispatch.operations.sweeps import resend, sweep, take_back

__all__ = [
    "NOTHING_HEARD",
    "Claim",
    "Leave",
    "Left",
    "Sent",
    "ahead",
    "claim",
    "cleared",
    "delivered",
    "fail",
    "is_mine",
    "keep",
    "left",
    "may_leave",
    "missing_grants",
    "prepared",
    "rejected",
    "resend",
    "supersede",
    "sweep",
    "take_back",
    "taken",
]
