"""The one row that somebody names, for every door; without what only the API needs."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from portal.errors import NotFound

Row = TypeVar("Row", bound=Model)


def found(rows: QuerySet[Row], noun: str, **lookup: Any) -> Row:
    """The one row, or NotFound in words. A value of the wrong form names nothing either."""
    try:
        row = rows.filter(**lookup).first()
    except (ValueError, ValidationError):
        row = None
    if row is None:
        name = next(iter(lookup.values()))
        raise NotFound(f"There is no {noun} called “{name}”.")
    return row
