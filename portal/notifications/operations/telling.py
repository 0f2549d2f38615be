"""What the floors above say: this happened, this has ended. One row, in their own transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from portal.accounts.models import Team, User
from portal.background import enqueue
from portal.catalog.models import Component
from portal.notifications import queries
from portal.notifications.models import Event

FOLD = "portal.notifications.tasks.fold"


def notify(
    *,
    kind: str,
    subject: str,
    key: str,
    now: datetime,
    component: Component | None = None,
    team: Team | None = None,
    client: str = "",
    receivers: Mapping[str, Team] | None = None,
    environment: str = "",
    text: str = "",
    link: str = "",
    since: datetime | None = None,
    person: User | None = None,
    actor: User | None = None,
) -> None:
    """Write down that something is to be known; a worker finds out who is told, and tells them.

    `key` says what it is about: for a condition (kinds.py) the thing that fails, so that fifty
    failures are one notification; for anything else the occasion, so that saying it twice is
    once. `since` is when it began, `person` whom it concerns, `actor` who did it and need not be
    told, `receivers` the clients whom it concerns, each with the team that answers for it.
    `link` is a path.
    """
    _write(
        Event(
            kind=kind,
            key=key,
            subject=subject[:200],
            component=component,
            team=team,
            client=client,
            receivers={name: str(one.pk) for name, one in (receivers or {}).items()},
            environment=environment,
            text=text,
            link=link,
            since_at=since or now,
            person=person,
            actor=actor,
            at=now,
            due_at=now,
        )
    )


def over(*, kind: str, key: str, now: datetime, left: Callable[[], str] = lambda: "") -> None:
    """Say that a condition has ended. Where none stands this is one look and nothing else.

    `left` says what of it is not mended all the same, and is asked only where one stands.
    """
    if queries.is_open(kind, key):
        said = {"since_at": now, "at": now, "due_at": now, "text": left()}
        _write(Event(kind=kind, key=key, is_over=True, **said))


def _write(event: Event) -> None:
    event.save(force_insert=True)
    enqueue(FOLD)
