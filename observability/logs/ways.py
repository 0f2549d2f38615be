"""What to ask instead, where words are looked for in every line of everything, or nothing fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Max

from observability.logs import asking, language, wanting
from observability.logs.asking import Asked
from observability.logs.queries import hidden_from
from observability.logs.spans import PRESETS, Span
from observability.patterns.models import Pattern
from observability.senders.models import Service
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component

MOST = 3  # components
LOOKED_AT = 50  # services that were seen last


@dataclass(frozen=True, slots=True)
class Way:
    """A question that can be answered, by the words of its link."""

    words: str
    asked: Asked


def onward(asked: Asked, by: User, now: datetime) -> list[Way]:
    """The same question among what is found quickly: a level, a day of a component."""
    ways = [Way("Among warnings and worse", asking.among_warnings(asked))]
    near = asking.within_a_day(asked, now)
    day = "last 24 hours" if near.span.is_moving else near.span.label
    if named := asked.query.values("component"):
        return [*ways, Way(f"In {', '.join(named)}, {day}", near)]
    left_out = set(asked.query.values("component", is_not=True))
    return ways + [
        Way(f"In {name}, {day}", near.with_(language.field("component", name)))
        for name in _components(by, left_out)
    ]


def wider(asked: Asked, now: datetime) -> Way | None:
    """The same question in a longer time up to now, where nothing fits; None where none is longer.

    What an index finds is looked for in all that is kept.
    """
    conditions = wanting.conditions(asked.query)
    names = ("30d",) if asking.is_narrow(conditions) else ("24h", "7d", "30d")
    for name in names:
        length, label = PRESETS[name]
        span = Span(now - length, now, name)
        is_longer = not asked.span.is_moving or span.since < asked.span.since
        if is_longer and not asking.is_walk(conditions, span.window):
            return Way(f"Look at the {label.lower()}", replace(asked, span=span))
    return None


def _components(by: User, left_out: set[str]) -> list[str]:
    """Those of the reader's teams that wrote last, then those that were seen last by anybody."""
    own = Component.objects.filter(team__in=access.team_ids(by)).exclude(name__in=left_out)
    wrote = (
        Pattern.objects.filter(component__in=list(own.values_list("name", flat=True)))
        .values_list("component")
        .annotate(at=Max("last_seen_at"))
        .order_by("-at", "component")[:MOST]
    )
    found = [name for name, _ in wrote]
    return found if len(found) == MOST else _with_seen(found, {*left_out, *hidden_from(by)})


def _with_seen(found: Iterable[str], left_out: set[str]) -> list[str]:
    seen = Service.objects.exclude(last_seen_at=None).order_by("-last_seen_at", "name")[:LOOKED_AT]
    names = dict.fromkeys([*found, *(one.component_name for one in seen)])
    return [name for name in names if name not in left_out][:MOST]
