"""What a list of components can be narrowed down by: what floors above know, as a port to fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from portal.catalog.models import Component
from portal.facets import Choice

Rows = QuerySet[Component]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One group of values that another floor knows of components.

    `having(value, now)` are the components with this value; `counted(rows, now)` are all values,
    each with how many of these rows have it. Both stay cheap however much history there is.
    """

    name: str  # in the address
    title: str
    having: Callable[[str, datetime], Q]
    counted: Callable[[Rows, datetime], Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Given:
    """What the address of the catalog asks for."""

    words: str
    own: Mapping[str, str]  # kind, team, tier, lifecycle
    others: Mapping[str, str]  # aspects of the floors above, by their names
    is_mine: bool
    sort: str

    def __bool__(self) -> bool:
        return bool(
            self.words or self.is_mine or any(self.own.values()) or any(self.others.values())
        )
