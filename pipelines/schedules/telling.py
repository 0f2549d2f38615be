"""What people are told of late runs: once that one is late, once that it is no longer so."""

from __future__ import annotations

from datetime import datetime

from pipelines.schedules import queries
from portal.catalog.models import Component
from portal.notifications import operations as notifications
from portal.notifications import queries as told
from portal.notifications.models import Kind

MOST = 500


def tell(*, now: datetime) -> int:
    """Compare what is late with what was said to be. Returns how many words were written."""
    late = {_key(one): one for one in reversed(queries.late(now=now, most=MOST))}
    said = told.open_keys(Kind.RUN_LATE)
    fresh = late.keys() - said
    owners = Component.objects.select_related("team").in_bulk(
        [late[key].component for key in fresh], field_name="name"
    )
    for key in fresh:
        _tell(key, late[key], owners[late[key].component], now)
    # With more than are looked at, what was not seen may still be late.
    ended = said - late.keys() if len(late) < MOST else set()
    for key in ended:
        notifications.over(kind=Kind.RUN_LATE, key=key, now=now)
    return len(fresh) + len(ended)


def _tell(key: str, late: queries.Late, component: Component, now: datetime) -> None:
    notifications.notify(
        kind=Kind.RUN_LATE,
        key=key,
        subject=component.name,
        component=component,
        environment=late.environment,
        text=late.words,
        since=late.due_at,
        link=late.url,
        now=now,
    )


def _key(late: queries.Late) -> str:
    return f"{late.component}:{late.environment}"
