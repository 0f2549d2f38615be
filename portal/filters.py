"""Filters with which lists find their rows by an index, whatever they are asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet

from portal.ids import first_at

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ByName(django_filters.CharFilter):
    """Rows that belong to the thing of this name: `team = ByName("team", Team.objects.all())`.

    The identity is asked for first. Through a join PostgreSQL would not know how rare the thing is,
    and walk through all rows for one that has none.
    """

    def __init__(self, field: str, things: QuerySet[Any], *, by: str = "name") -> None:
        super().__init__(field)
        self.things, self.by = things, by

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__in": identities(self.things, **{self.by: value})})


class AnyOf(django_filters.MultipleChoiceFilter):
    """Rows with one of these values of their own. Nothing has to be told apart, so nothing is."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


def identities(things: QuerySet[Any], **named: object) -> list[Any]:
    """Of the things that are so named: none, one, or all of a team."""
    return list(things.filter(**named).values_list("pk", flat=True))


class Since(django_filters.IsoDateTimeFilter):
    """Rows that were made from this time on, found by their identities, which are in its order."""

    lookup = "gte"

    def __init__(self) -> None:
        super().__init__("pk", label="Made from this time on.")

    def filter(self, qs: QuerySet[Any], value: datetime | None) -> QuerySet[Any]:
        return qs.filter(**{f"pk__{self.lookup}": _identity(value)}) if value else qs


class Until(Since):
    """Rows that were made before this time."""

    lookup = "lt"

    def __init__(self) -> None:
        super().__init__()
        self.label = "Made before this time."


def _identity(at: datetime) -> UUID:
    """Nothing was made before the clock of identities began."""
    return first_at(max(at, EPOCH))
