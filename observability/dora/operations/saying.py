"""What people say against the records, and what floors above tell about deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from observability.changes.models import Change
from observability.dora.models import FirstDelivery, Reclassification
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import Moved, Refused

DEPLOYMENTS = (Change.Kind.DEPLOYMENT, Change.Kind.ROLLBACK, Change.Kind.CONFIGURATION)
What = Reclassification.What


@kept("change.reclassify", "change", "change")
@transaction.atomic
def reclassify(
    *, change: Change, what: str, reason: str, by: User, now: datetime
) -> Reclassification:
    """Say what a deployment was, against what the records say. The figures follow at once.

    What someone said before is kept as history.
    """
    access.require(by, "change.reclassify", change.component)
    if change.kind not in DEPLOYMENTS:
        raise Refused(f"“{change}” is no deployment, so no figure is made of it.")
    if what not in What.values:
        raise Refused(f"Say what it was: {', '.join(What.values)}.", field="what")
    if not reason.strip():
        raise Refused("Say why. It stands beside the figure from then on.", field="reason")
    change = _locked(change)
    if what == What.FAILURE and not _was_live(change):
        raise Refused(
            "It never was live, so nothing had to be mended: it is left out already.", field="what"
        )
    before = _current(change)
    if before is not None:
        _close(before, by, now)
    found = Reclassification.objects.create(
        change=change, what=what, reason=reason.strip(), said_by=by, said_at=now
    )
    _audit(
        "change.reclassify",
        change,
        by=by,
        now=now,
        reason=found.reason,
        before={"what": before.what} if before else None,
        after={"what": what},
    )
    return found


@kept("change.take_back", "change", "change")
@transaction.atomic
def take_back(*, change: Change, by: User, now: datetime) -> Reclassification:
    """What the records say counts again."""
    access.require(by, "change.take_back", change.component)
    found = _current(_locked(change))
    if found is None:
        raise Moved(f"Nobody has said anything else about “{change}”: there is nothing to undo.")
    _close(found, by, now)
    _audit("change.take_back", change, by=by, now=now, before={"what": found.what})
    return found


def first_delivery(
    *, component: Component, environment: object, release: int, url: str, now: datetime
) -> None:
    """A delivery arrived in production; only the first one of a release is written down."""
    row = FirstDelivery(
        component=component,
        environment=str(environment),
        release=release,
        delivered_at=now,
        url=url,
    )
    FirstDelivery.objects.bulk_create([row], ignore_conflicts=True)


def withdraw(*, component: Component, releases: Iterable[int], now: datetime) -> None:
    """These releases were rejected: what was delivered of them was not right."""
    FirstDelivery.objects.filter(
        component=component, release__in=list(releases), withdrawn_at=None
    ).update(withdrawn_at=now)


def restore(*, component: Component, releases: Iterable[int]) -> None:
    """Their rejection was lifted: it was right after all."""
    FirstDelivery.objects.filter(component=component, release__in=list(releases)).update(
        withdrawn_at=None
    )


def _locked(change: Change) -> Change:
    """Kept as it is until this ends: one word at a time."""
    rows = Change.objects.select_for_update(of=("self",)).select_related("component__team")
    return rows.get(pk=change.pk)


def _was_live(change: Change) -> bool:
    return change.live_at is not None or change.outcome == Change.Outcome.SUCCEEDED


def _current(change: Change) -> Reclassification | None:
    return Reclassification.objects.filter(change=change, taken_back_at=None).first()


def _close(found: Reclassification, by: User, now: datetime) -> None:
    found.taken_back_by, found.taken_back_at = by, now
    found.save(update_fields=["taken_back_by", "taken_back_at"])


def _audit(verb: str, change: Change, *, by: User, now: datetime, **more: Any) -> None:
    component = change.component
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="change",
        thing=f"{component.name}: {change}" if component else str(change),
        thing_id=change.pk,
        component=component.name if component else "",
        team=component.team.name if component else "",
        environment=change.environment,
        **more,
    )
