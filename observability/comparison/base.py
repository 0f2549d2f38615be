"""The port to what upper floors know of the work that a release did: runs, and what they delivered.

`COMPARED` in the settings names functions of this shape. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from observability.comparison.windows import Side


@dataclass(frozen=True, slots=True)
class Seen:
    """One piece of work that ended: `name` is its operation, `number` its run's (0: it is none).

    `seconds` is None where it was not measured, or says nothing.
    """

    at: datetime
    name: str
    seconds: float | None
    is_bad: bool
    trace_id: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """All requests of one time: of each operation how many, and how many of them failed.

    They are counted in whole steps: `covered` is the share of the time in those, above 0 to 1.
    """

    operations: Mapping[str, tuple[int, int]]
    covered: float


@dataclass(frozen=True, slots=True)
class Half:
    """The work of one time. `is_cut`: there was more, further away from the switch.

    `totals` are of all of it, where it is cut and was counted. `running` has not ended: `seconds`
    are those so far.
    """

    seen: Sequence[Seen] = ()
    is_cut: bool = False
    delivered: int = 0
    undelivered: int = 0  # deliveries that failed
    rows: int | None = None  # delivered; None where nothing was
    totals: Totals | None = None
    running: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Both times, and the last that went well before the switch, however long ago."""

    before: Half
    after: Half
    last_good: Seen | None = None


class Contributor(Protocol):
    """Work of a component's releases; None where this kind of component does none of this kind.

    The deployments that the sides name say where; `now` is until when what still runs has run. A
    fixed number of queries, each by index and of at most so many rows.
    """

    def __call__(
        self, component: str, before: Side | None, after: Side, now: datetime
    ) -> Work | None: ...
