"""What caused an incident, whichever of the two was told of first."""

from __future__ import annotations

from datetime import datetime

from observability.changes import operations as changes
from observability.changes.models import IS_DEPLOYMENT, Change, Link
from observability.events.models import EventSource, OutsideEvent
from portal.catalog.models import Component

MOST = 200  # events of incidents of one place that are looked at again


def find(component: Component, environment: str) -> None:
    """Link incidents of a place to causes that came after them."""
    rows = OutsideEvent.objects.filter(
        key__startswith="incident:",
        change__component=component,
        change__environment=environment,
        change__kind=Change.Kind.INCIDENT,
    ).exclude(report__because="")
    told = list(rows.select_related("source", "change").order_by("-id")[:MOST])
    if not told:
        return
    linked = set(
        Link.objects.filter(
            change__in=[event.change_id for event in told], kind=Link.Kind.CAUSED_BY
        ).values_list("change", flat=True)
    )
    for event in told:
        if event.change is None or event.change_id in linked:
            continue
        begun, because = event.change.started_at, event.report["because"]
        if cause := of(event.source, because, component, environment, begun):
            changes.link(change=event.change, other=cause, kind=Link.Kind.CAUSED_BY)


def of(
    source: EventSource, because: str, component: Component, environment: str, before: datetime
) -> Change | None:
    """What it names: an event that was sent before, or a version that was live there by then."""
    told = OutsideEvent.objects.filter(
        source=source, event_id__endswith=f" {because}", change__isnull=False
    ).first()
    if told:
        return told.change
    rows = Change.objects.filter(
        IS_DEPLOYMENT,
        component=component,
        environment=environment,
        release=because,
        started_at__lte=before,
    )
    return rows.order_by("-started_at").first()
