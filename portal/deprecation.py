"""Marks what will go: the schema says so, and every answer of it (RFC 9745, RFC 8594)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema

Handler = TypeVar("Handler", bound=Callable[..., Any])
MARK = "leaves_on"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Since when it should not be used, when it goes, and where one reads what instead."""

    since: date
    goes: date
    instead: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": f"@{int(_midnight(self.since).timestamp())}",
            "Sunset": format_datetime(_midnight(self.goes), usegmt=True),
            "Link": f'<{self.instead}>; rel="deprecation"; type="text/html"',
        }


def leaving(*, since: date, goes: date, instead: str) -> Callable[[Handler], Handler]:
    """Decorate a verb of the API. `instead`: the address of the page that says what to use."""

    def mark(handler: Handler) -> Handler:
        marked: Handler = extend_schema(deprecated=True)(handler)
        setattr(marked, MARK, Leaving(since, goes, instead))
        return marked

    return mark


def of(handler: object) -> Leaving | None:
    found = getattr(handler, MARK, None)
    return found if isinstance(found, Leaving) else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
