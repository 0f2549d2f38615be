"""Questions about pinned queries, and their answers."""

from __future__ import annotations

from django.db.models import QuerySet

from observability.health.windows import Window
from observability.logs.queries import require_reading
from observability.pins import asking
from observability.pins.models import PinnedQuery
from observability.series.stores.base import Expression, Line
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.rows import found

STEPS = 120  # points of a line, about


def pins() -> QuerySet[PinnedQuery]:
    return PinnedQuery.objects.select_related("component__team", "changed_by")


def of(component: Component) -> list[PinnedQuery]:
    """In the order in which they stand on the page."""
    return list(pins().filter(component=component).order_by("position", "id"))


def pin(component: Component, pk: object) -> PinnedQuery:
    return found(pins().filter(component=component), "pinned query", pk=pk)


def answer(pin: PinnedQuery, place: str, window: Window, by: User) -> list[Line]:
    """What it says over a time: as with all metrics, for those who read the component's logs."""
    require_reading([pin.component.name], by)
    return asking.answer(
        pin.store,
        Expression(pin.query, pin.component.name, place, window.since, window.until, step(window)),
        pin.changed_by,
    )


def step(window: Window) -> int:
    """Seconds between two points."""
    return max(int(window.seconds) // STEPS, 15)
