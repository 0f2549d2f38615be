"""Questions about pinned queries, and their answers."""

from __future__ import annotations

from django.db.models import QuerySet

from observability.health.windows import Window
from observability.logs.queries import require_reading
from observability.pins import asking
from observability.pins.models import PinnedQuery
from observability.series.stores.base import Exemplar, Expression, Line
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.rows import found

STEPS = 120  # points of a line, about
MOST_EXEMPLARS = 5


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
    return asking.answer(pin.store, _expression(pin, place, window), pin.changed_by)


def exemplars(pin: PinnedQuery, place: str, window: Window, by: User) -> list[Exemplar]:
    """Some of the newest values behind it, with the traces in which they came."""
    require_reading([pin.component.name], by)
    return asking.exemplars(pin.store, _expression(pin, place, window), MOST_EXEMPLARS)


def _expression(pin: PinnedQuery, place: str, window: Window) -> Expression:
    return Expression(
        pin.query, pin.component.name, place, window.since, window.until, step(window)
    )


def step(window: Window) -> int:
    """Seconds between two points."""
    return max(int(window.seconds) // STEPS, 15)
