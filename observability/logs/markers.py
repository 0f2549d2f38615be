"""What was deployed while lines were written: drawn over them."""

from __future__ import annotations

from observability.changes import queries as changes
from observability.changes import timeline
from observability.changes.models import Change
from observability.logs.asking import Asked
from observability.logs.drawing import Mark
from portal.catalog.models import Component
from portal.filters import identities

KINDS = (Change.Kind.DEPLOYMENT, Change.Kind.ROLLBACK, Change.Kind.CONFIGURATION)
MOST = 20


def marks(asked: Asked) -> list[Mark]:
    """Deployments and rollbacks of what is asked for, oldest first; of several the newest."""
    rows = changes.changes().filter(
        kind__in=KINDS, started_at__gte=asked.span.since, started_at__lt=asked.span.until
    )
    if names := asked.query.values("component"):
        rows = rows.filter(component__in=identities(Component.objects.all(), name__in=names))
    if places := asked.query.values("environment"):
        rows = rows.filter(environment__in=places)
    found = list(rows.prefetch_related(None).order_by("-started_at", "-id")[:MOST])
    return [
        Mark(
            row.live_at or row.started_at,
            row.title if names else f"{row.component.name if row.component else ''} {row.title}",
            row.url,
            timeline.icon(row.kind),
            timeline.tone(row.kind, row.outcome),
        )
        for row in found[::-1]
    ]
