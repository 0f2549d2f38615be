"""What the catalog can be narrowed down by: the system that a file says a component is part of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q

from portal.catalog.aspects import Aspect, Rows
from portal.descriptors import refs
from portal.entities.models import Entity
from portal.facets import Choice

MOST = 50  # systems, the largest first


def _part_of(value: str, _: datetime) -> Q:
    return Q(pk__in=Entity.objects.filter(system=value.lower()).values("component_id"))


def _counted(rows: Rows, _: datetime) -> Sequence[Choice]:
    """One query."""
    parts = Entity.objects.filter(component__in=rows).exclude(system="").order_by()
    counted = parts.values_list("system").annotate(number=Count("pk"))
    largest = sorted(counted, key=lambda row: (-row[1], row[0]))[:MOST]
    return [Choice(ref, refs.short(ref, "system"), number) for ref, number in largest]


SYSTEM = Aspect("system", "System", _part_of, _counted)
