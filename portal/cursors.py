"""Pages of the API's lists by keyset, in an order out of those that an index of the list has."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from portal.errors import Refused
from portal.typed import whole

IDENTITY = "id"
ASKED = "ordering"
LIMIT = "limit"
NO_CURSOR = "This list gave out no such cursor. Begin without one, then follow `next`."
Order = tuple[str, ...]


class CursorPages(CursorPagination):
    """`{next, previous, results}`, newest first: identities are ordered by time (UUIDv7).

    A view names another order in `ordering`, and in `orderings` what else its list can be asked
    for: fields that are never null, each with an index that its filters can use. Where many rows
    have the same, their identities decide: the position is that of one row, so none is lost.
    `?limit=` asks for fewer or more.
    """

    ordering = "-id"
    page_size = 50
    page_size_query_param = LIMIT
    max_page_size = 200
    invalid_cursor_message = NO_CURSOR

    def get_page_size(self, request: Any) -> int:
        """As many as were asked for. Another number would be taken for all that there are."""
        asked = request.query_params.get(LIMIT, "")
        size = whole(asked) if asked else self.page_size
        if size is None or not 1 <= size <= self.max_page_size:
            raise Refused(
                f"“{asked[:60]}” is no number from 1 to {self.max_page_size}.", field=LIMIT
            )
        return size

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> Order:
        usual = _usual(view)
        asked = request.query_params.get(ASKED, "")
        if not asked or getattr(view, "action", "") != "list":
            return usual
        if asked not in (known := orderings(view)):
            raise Refused(
                f"This list is not ordered by “{asked[:60]}”: choose one of {', '.join(known)}.",
                field=ASKED,
            )
        if asked in (usual[0], _turned(usual[0])):
            return usual if asked == usual[0] else tuple(_turned(each) for each in usual)
        sign = "-" if asked.startswith("-") else ""
        return (asked,) if asked == sign + IDENTITY else (asked, sign + IDENTITY)

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any | None = None
    ) -> list[Any]:
        """The rows behind a position, or before it; one more tells whether there is a further page.

        Not as REST framework does it: that takes the first field alone for a position, and counts
        from there, up to a thousand.
        """
        self.base_url = request.build_absolute_uri()
        size = self.get_page_size(request)
        cursor = self.decode_cursor(request)
        is_back = cursor is not None and cursor.reverse
        self.at = str(cursor.position) if cursor and cursor.position is not None else None
        if self.at is None and request.query_params.get(self.cursor_query_param):
            raise NotFound(self.invalid_cursor_message)
        self.order = self.get_ordering(request, queryset, view)
        order = tuple(_turned(each) for each in self.order) if is_back else self.order
        rows = queryset.order_by(*order)
        if self.at is not None:
            rows = self._behind(rows, order, self.at)
        found = list(rows[: size + 1])
        self.rows, is_more = found[:size], len(found) > size
        if is_back:
            self.rows.reverse()
        self.has_next = self.at is not None if is_back else is_more
        self.has_previous = is_more if is_back else self.at is not None
        return self.rows

    def get_next_link(self) -> str | None:
        return self._link(self.rows[-1:], is_back=False) if self.has_next else None

    def get_previous_link(self) -> str | None:
        return self._link(self.rows[:1], is_back=True) if self.has_previous else None

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        )

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        bounds = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        for each in told:
            each["schema"] |= bounds if each["name"] == LIMIT else {}
        if getattr(view, "action", "") != "list":
            return told
        usual = _usual(view)[0]
        words = f"In which order, `-` for the other way round; else `{usual}`."
        schema = {"type": "string", "enum": list(orderings(view))}
        order = {"name": ASKED, "required": False, "in": "query", "description": words}
        return [*told, {**order, "schema": schema}]

    def _behind(self, rows: QuerySet[Any], order: Order, at: str) -> QuerySet[Any]:
        """Rows after the one at this position, which another order may have written, or nobody."""
        first, second = order[0], order[-1]
        value, _, pk = at.rpartition("~") if len(order) > 1 else (at, "", at)
        if "\0" in at:
            raise NotFound(self.invalid_cursor_message)
        lookup = "lt" if first.startswith("-") else "gt"
        name, last = first.lstrip("-"), second.lstrip("-")
        try:
            if first == second:
                return rows.filter(**{f"{name}__{lookup}": value})
            # The first condition lets PostgreSQL enter the index there; the second breaks ties.
            after = Q(**{f"{name}__{lookup}": value}) | Q(**{f"{last}__{lookup}": pk})
            return rows.filter(Q(**{f"{name}__{lookup}e": value}) & after)
        except (ValueError, ValidationError):
            raise NotFound(self.invalid_cursor_message) from None

    def _link(self, edge: Iterable[Model], *, is_back: bool) -> str:
        """From the row at the edge of this page, or from where an empty one was looked for."""
        at = next((self._position(row) for row in edge), self.at)
        tokens = {"p": at or "", **({"r": "1"} if is_back else {})}
        encoded = b64encode(urlencode(tokens).encode()).decode()
        return replace_query_param(str(self.base_url), self.cursor_query_param, encoded)

    def _position(self, row: Model) -> str:
        fields = (each.lstrip("-") for each in self.order)
        return "~".join(str(reduce(getattr, field.split("__"), row)) for field in fields)


class Following(serializers.CharField):
    """Where a list that has cursors of its own goes on; `read` makes None of what is none."""

    def __init__(self, read: Callable[[str], object]) -> None:
        super().__init__(required=False, default="", help_text="Of `next`.")
        self.read = read

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if text and self.read(text) is None:
            raise serializers.ValidationError(NO_CURSOR)
        return text


def orderings(view: Any) -> Order:
    """All that a list may be asked for: its usual order, what its view names, and by identity.

    Not by identity where the usual order is a time of its own: its indexes have that one.
    """
    usual = _usual(view)
    identity = (IDENTITY,) if len(usual) == 1 else ()
    names = dict.fromkeys((usual[0].lstrip("-"), *getattr(view, "orderings", ()), *identity))
    return tuple(each for name in names for each in (name, f"-{name}"))


def _usual(view: Any) -> Order:
    wanted = getattr(view, "ordering", CursorPages.ordering)
    return (wanted,) if isinstance(wanted, str) else tuple(wanted)


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"
