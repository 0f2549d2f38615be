"""Pages of long lists by keyset: nothing is counted and nothing is skipped over, however long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

Row = TypeVar("Row", bound=Model)


class CursorPages(CursorPagination):
    """`{next, previous, results}`, newest first: identities are ordered by time (UUIDv7).

    A view set may name another unique order in `ordering`. `?limit=` asks for fewer or more.
    """

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        wanted = getattr(view, "ordering", self.ordering)
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of an HTML list; `older` is the `?before=` of the next page, "" on the last one."""

    rows: Sequence[Row]
    older: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def newest(rows: QuerySet[Row], *, before: str = "", size: int = 50) -> Page[Row]:
    """A page of rows by falling identity. `before` is a row's id; nonsense means the first page."""
    if cursor := _identity(before):
        rows = rows.filter(pk__lt=cursor)
    found = list(rows.order_by("-pk")[: size + 1])
    older = str(found[size - 1].pk) if len(found) > size else ""
    return Page(found[:size], older)


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
