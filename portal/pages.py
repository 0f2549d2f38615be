"""Pages of long HTML lists by keyset: nothing is counted or skipped over, however long they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_NEWER = 50  # rows are counted for "50 or more new"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of an HTML list; `older` is the `?before=` of the next page, "" on the last one."""

    rows: Sequence[Row]
    older: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def newest(rows: QuerySet[Row], *, before: str = "", size: int = 50, by: str = "") -> Page[Row]:
    """A page of rows by falling identity, or by falling `by` (a time) and then identity.

    `before` is what the page before gave as `older`; nonsense means the first page.
    """
    if reached := _cursor(before, by):
        rows = rows.filter(reached)
    order = (f"-{by}", "-pk") if by else ("-pk",)
    found = list(rows.order_by(*order)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], _written(last, by) if last else "")


def followed(
    rows: QuerySet[Row], *, upto: str, before: str = "", size: int = 50, by: str = ""
) -> tuple[Page[Row], int]:
    """A page for someone who reads further down: nothing newer than `upto`, and how much there is.

    Without `upto` (an identity) it is the newest page. The number ends at `MOST_NEWER`.
    """
    newer, reached = 0, _identity(upto)
    if reached:
        newer = rows.filter(pk__gt=reached).order_by()[:MOST_NEWER].count()
        rows = rows.filter(pk__lte=reached)
    return newest(rows, before=before, size=size, by=by), newer


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _written(row: Row, by: str) -> str:
    return f"{(getattr(row, by) - EPOCH) // MICROSECOND}~{row.pk}" if by else str(row.pk)


def _cursor(before: str, by: str) -> Q | None:
    """The rows behind a cursor: "<id>", or "<microseconds>~<id>" where times come first."""
    at, _, pk = before.rpartition("~")
    try:
        identity = UUID(pk)
        time = EPOCH + int(at) * MICROSECOND if by else EPOCH
    except (ValueError, OverflowError):
        return None
    if not by:
        return None if at else Q(pk__lt=identity)
    # The first condition lets PostgreSQL enter the index there; the second breaks ties.
    return Q(**{f"{by}__lte": time}) & (Q(**{f"{by}__lt": time}) | Q(pk__lt=identity))
