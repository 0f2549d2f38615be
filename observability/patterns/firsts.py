"""When a component said something for the first time: marks on the axis of changes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import DateTimeField, Exists, F, OuterRef
from django.db.models.functions import Trunc
from django.urls import reverse
from django.utils import timezone

from observability.changes.marks import MOST, Mark, Scope
from observability.logs import levels, linking
from observability.patterns.models import TROUBLE, Pattern, PatternHour
from portal.arrays import InArray
from portal.catalog import queries as catalog
from portal.catalog.models import Component

SHOWN = 90  # characters of a template


def marks(scope: Scope) -> Iterable[Mark]:
    """The newest warnings and worse that were never said before, within a scope.

    By the index of first times; one query, one more where a team is asked for, two for a client. In
    an environment: those that were said there in the hour of their first time.
    """
    rows = Pattern.objects.filter(
        TROUBLE, first_seen_at__gte=scope.since, first_seen_at__lt=scope.until
    )
    if scope.component:
        rows = rows.filter(component=scope.component)
    if scope.team:
        names = Component.objects.filter(team__name=scope.team).values_list("name", flat=True)
        rows = rows.filter(component__in=list(names))
    if scope.client:
        feeding = Component.objects.filter(pk__in=catalog.feeding(scope.client))
        rows = rows.filter(component__in=list(feeding.values_list("name", flat=True)))
    if scope.environment:
        rows = rows.annotate(
            hour=Trunc("first_seen_at", "hour", output_field=DateTimeField())
        ).filter(
            Exists(
                PatternHour.objects.filter(
                    pattern_id=OuterRef("pk"), hour=OuterRef("hour"), environment=scope.environment
                )
            )
        )
    if scope.hidden:
        rows = rows.exclude(InArray("component", scope.hidden))
    return [_mark(row) for row in rows.order_by(F("first_seen_at").desc())[:MOST]]


def _mark(pattern: Pattern) -> Mark:
    words = pattern.template
    short = words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
    tone = levels.tone(pattern.level)
    return Mark(
        pattern.first_seen_at,
        f"{pattern.component} says for the first time: {short}",
        reverse("observability:log-list") + _lines(pattern),
        "bad" if tone == "bad" else "warn",
    )


def _lines(pattern: Pattern) -> str:
    return linking.around(
        linking.field("component", pattern.component),
        linking.field("pattern", str(pattern.pk)),
        began=pattern.first_seen_at,
        ended=pattern.first_seen_at,
        now=timezone.now(),
    )
