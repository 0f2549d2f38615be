"""Taking note of who sends telemetry, and whether they may speak for that component."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from observability.senders.models import Service
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component

SEEN_EVERY = timedelta(minutes=1)
MOST_UNOWNED = 500  # names that one person may bring in that no component has


def admission(*, sender: User, now: datetime) -> Callable[[str], str]:
    """A function that says why telemetry of a service is not taken; "" where it is.

    A component's telemetry comes from its own team only. What no component is called is taken as
    seen and unowned, up to a number of names.
    """
    said: dict[str, str] = {}

    def judge(name: str) -> str:
        if name not in said:
            said[name] = _judge(name, sender, now)
        return said[name]

    return judge


def _judge(name: str, by: User, now: datetime) -> str:
    component = Component.objects.select_related("team").filter(name=name).first()
    if component is not None:
        if not access.may(by, "telemetry.send", component):
            return (
                f"{name} belongs to {component.team.name}: telemetry of it is taken with a token "
                "of a developer there."
            )
    elif not _is_known(name) and _brought_in(by) >= MOST_UNOWNED:
        return (
            f"{MOST_UNOWNED} services without a component came in by this person already: register "
            "components for them, or give them one service.name."
        )
    _note(name, by, now)
    return ""


def _is_known(name: str) -> bool:
    return Service.objects.filter(name=name).exists()


def _brought_in(by: User) -> int:
    names = Service.objects.filter(sender=by).values_list("pk", flat=True)
    return len(names[: MOST_UNOWNED + 1])


def _note(name: str, by: User, now: datetime) -> None:
    """First and last time, to the minute."""
    service, is_new = Service.objects.get_or_create(
        name=name, defaults={"sender": by, "first_seen_at": now, "last_seen_at": now}
    )
    if not is_new and service.last_seen_at <= now - SEEN_EVERY:
        Service.objects.filter(pk=service.pk).update(last_seen_at=now)
