"""Writing the audit: one entry for each act, in the act's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from portal import context
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Refused

NOBODY = "Slipway"


def record(
    *,
    verb: str,
    by: User | None,
    now: datetime,
    kind: str,
    thing: object,
    thing_id: object = "",
    component: object = "",
    team: object = "",
    environment: object = "",
    reason: str = "",
    before: Any = None,
    after: Any = None,
    outcome: Entry.Outcome = Entry.Outcome.DONE,
) -> Entry:
    """Add an entry. `before` and `after` are JSON and never hold a secret or a row of data."""
    return Entry.objects.create(
        at=now,
        actor=by,
        actor_name=by.full_name if by else NOBODY,
        token_id=by.token.pk if by and by.token else None,
        verb=verb,
        kind=kind,
        thing=str(thing)[:200],
        thing_id=str(thing_id),
        component=str(component),
        team=str(team),
        environment=str(environment),
        outcome=outcome,
        reason=reason,
        before=before,
        after=after,
        request_id=context.request_id.get(),
    )


def record_refusal(
    refused: Refused,
    *,
    verb: str,
    by: User | None,
    now: datetime,
    kind: str,
    thing: object,
    **more: Any,
) -> None:
    """Keep that something was refused, in a transaction of its own: the operation's is gone."""
    with transaction.atomic():
        record(
            verb=verb,
            by=by,
            now=now,
            kind=kind,
            thing=thing,
            reason=refused.message,
            outcome=Entry.Outcome.REFUSED,
            **more,
        )
