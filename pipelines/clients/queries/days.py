"""A square a day: what the last delivery of each of thirty days came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from deployments.releases import queries as releases
from pipelines.clients.freshness import GRACE
from pipelines.clients.queries.products import Product
from pipelines.deliveries import products as index
from pipelines.deliveries.models import Delivery
from portal.arrays import UUIDS, InArray
from portal.ids import first_at
from portal.tones import Tone

SHOWN = 30
OF_A_DAY = (
    *("state", "delivered_at", "revision", "run__number", "run__logical_at", "run__backfill_id"),
    *("release__component_id", "release__digest"),
)
WORDS = {
    "right": ("good", "right and on time"),
    "late": ("warn", "late"),
    "wrong": ("bad", "wrong, rejected since"),
    "missing": ("bad", "not delivered"),
    "moving": ("running", "on its way"),
    "none": ("neutral", "nothing sent"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one product; `run` is where its square leads, 0 where nothing was sent."""

    on: date
    kind: str
    run: int = 0

    @property
    def tone(self) -> Tone:
        return WORDS[self.kind][0]  # type: ignore[return-value]

    @property
    def words(self) -> str:
        return _words(self.on, self.kind)


@lru_cache(maxsize=1000)
def _words(on: date, kind: str) -> str:
    """The same for every product: a page has thousands of squares, and few things to say."""
    return f"{on.strftime('%-d %b')}: {WORDS[kind][1]}"


@dataclass(frozen=True, slots=True)
class Days:
    """The squares of a product, oldest first, and a sentence for those who can't see them."""

    squares: tuple[Day, ...]

    @property
    def words(self) -> str:
        counts = Counter(square.kind for square in self.squares)
        said = [f"{counts[kind]} {WORDS[kind][1]}" for kind in WORDS if counts[kind]]
        return f"The last {len(self.squares)} days: {', '.join(said)}"


def days(products: Sequence[Product], now: datetime) -> list[Days]:
    """Thirty squares for each product, in their order; three queries. Days are those of UTC."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=SHOWN - 1 - n) for n in range(SHOWN + 1)]
    found = index.by_day([one.key for one in products], [first_at(at) for at in starts])
    sent = Delivery.objects.filter(InArray("pk", found.values(), UUIDS))
    rows = {row.pk: row for row in sent.select_related("run", "release").only(*OF_A_DAY)}
    rejected = releases.rejections([row.release for row in rows.values()])
    return [
        Days(
            tuple(
                _day(at.date(), n, place, found, rows, rejected) for n, at in enumerate(starts[:-1])
            )
        )
        for place in range(len(products))
    ]


def _day(
    on: date,
    n: int,
    place: int,
    found: Mapping[tuple[int, int], UUID],
    rows: Mapping[UUID, Delivery],
    rejected: Mapping[tuple[object, str], object],
) -> Day:
    row = rows.get(found.get((place, n), UUID(int=0)))
    if row is None:
        return Day(on, "none")
    is_rejected = (row.release.component_id, row.release.digest) in rejected
    return Day(on, _kind(row, is_rejected=is_rejected), row.run.number)


def _kind(row: Delivery, *, is_rejected: bool) -> str:
    if row.state in Delivery.UNFINISHED:
        return "moving"
    if row.state != Delivery.State.DELIVERED or row.delivered_at is None:
        return "missing"
    if is_rejected:
        return "wrong"
    due = row.run.logical_at
    is_late = due is not None and row.revision == 1 and row.delivered_at - due > 2 * GRACE
    return "late" if is_late and row.run.backfill_id is None else "right"
