"""Pinning queries to a component's health: added, changed, moved and taken away by its team."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from observability.pins import asking
from observability.pins.models import PinnedQuery
from observability.series.stores.base import Expression
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.seen import ANYTHING, Seen

MOST = 12  # of a component: each is a chart on one page
LONGEST = 2_000  # characters
TRIED = timedelta(hours=1)
STEP = 60  # seconds


def add(
    *,
    component: Component,
    name: str,
    query: str,
    store: str,
    unit: str = "",
    by: User,
    now: datetime,
) -> PinnedQuery:
    """Pin a query behind those that are there. Its store is asked first, before a row is locked.

    Under an Idempotency-Key all of it is one transaction, so that is open meanwhile; see
    docs/decisions/done-once.md.

    A query that answers nothing now is fine: there may be something later.
    """
    access.require(by, "pin.change", component)
    said = _said(name, unit, store, query)
    _try(component, said, by, now)
    with transaction.atomic():
        rows = _rows(component)
        if len(rows) >= MOST:
            raise Refused(
                f"{component.name} has {MOST} pinned queries, and a page holds no more. "
                "Remove one first."
            )
        _free(rows, said["name"])
        pin = PinnedQuery.objects.create(
            component=component,
            **said,
            position=rows[-1].position + 1 if rows else 0,
            changed_by=by,
            changed_at=now,
        )
        _audit("pin.add", pin, by=by, now=now, after=said)
    return pin


def change(
    *,
    pin: PinnedQuery,
    name: str | None = None,
    query: str | None = None,
    store: str | None = None,
    unit: str | None = None,
    by: User,
    now: datetime,
    seen: Seen = ANYTHING,
) -> PinnedQuery:
    """Ask something else, or call it otherwise; what is not given stays."""
    access.require(by, "pin.change", pin.component)
    before = facts_of(pin)
    given = {"name": name, "unit": unit, "store": store, "query": query}
    said = _said(**(before | {key: value for key, value in given.items() if value is not None}))
    asking.require_scope(said["store"], by)
    if (said["query"], said["store"]) != (before["query"], before["store"]):
        _try(pin.component, said, by, now)
    with transaction.atomic():
        rows = _rows(pin.component)
        kept = _kept(rows, pin)
        seen.require(facts_of(kept), pin.name)
        _free([row for row in rows if row.pk != kept.pk], said["name"])
        for key, value in said.items():
            setattr(kept, key, value)
        kept.changed_by, kept.changed_at = by, now
        kept.save()
        _audit("pin.change", kept, by=by, now=now, before=before, after=said)
    return kept


@transaction.atomic
def move(*, pin: PinnedQuery, position: int, by: User, now: datetime) -> PinnedQuery:
    """Let it stand at this place, 0 being the first; the others close up."""
    access.require(by, "pin.change", pin.component)
    rows = _rows(pin.component)
    kept = _kept(rows, pin)
    before = rows.index(kept)
    rows.remove(kept)
    rows.insert(max(0, min(position, len(rows))), kept)
    for number, row in enumerate(rows):
        row.position = number
    PinnedQuery.objects.bulk_update(rows, ["position"])
    places = {"before": {"position": before}, "after": {"position": kept.position}}
    _audit("pin.move", kept, by=by, now=now, **places)
    return kept


@transaction.atomic
def remove(*, pin: PinnedQuery, by: User, now: datetime, seen: Seen = ANYTHING) -> None:
    """Take it off the page; nothing that was measured is lost."""
    access.require(by, "pin.change", pin.component)
    kept = _kept(_rows(pin.component), pin)
    seen.require(facts_of(kept), pin.name)
    _audit("pin.remove", kept, by=by, now=now, before=facts_of(kept))
    kept.delete()


def _rows(component: Component) -> list[PinnedQuery]:
    """In their order, the component locked: two who change them go one after the other."""
    Component.objects.select_for_update().get(pk=component.pk)
    rows = PinnedQuery.objects.filter(component=component).select_related("component__team")
    return list(rows.order_by("position", "id"))


def _kept(rows: list[PinnedQuery], pin: PinnedQuery) -> PinnedQuery:
    found = next((row for row in rows if row.pk == pin.pk), None)
    if found is None:
        raise Moved("Someone has removed this query meanwhile.")
    return found


def _free(rows: list[PinnedQuery], name: str) -> None:
    if any(row.name == name for row in rows):
        raise Refused(f"There is a pinned query called “{name}” already.", field="name")


def _said(name: str, unit: str, store: str, query: str) -> dict[str, str]:
    name, unit, query = " ".join(name.split()), unit.strip(), query.strip()
    if not name or len(name) > 60:
        raise Refused("Give it a name of at most 60 characters.", field="name")
    if len(unit) > 20:
        raise Refused("A unit has at most 20 characters: ms, requests/s, %.", field="unit")
    if not query or len(query) > LONGEST:
        raise Refused(f"Write a query of at most {LONGEST:,} characters.", field="query")
    asking.require_store(store)
    return {"name": name, "unit": unit, "store": store, "query": query}


def _try(component: Component, said: dict[str, str], by: User, now: datetime) -> None:
    expression = Expression(said["query"], component.name, "", now - TRIED, now, STEP)
    asking.answer(said["store"], expression, by)


def facts_of(pin: PinnedQuery) -> dict[str, str]:
    """What people may change of it, as it is now."""
    return {"name": pin.name, "unit": pin.unit, "store": pin.store, "query": pin.query}


def _audit(verb: str, pin: PinnedQuery, *, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="pinned_query",
        thing=pin.name,
        thing_id=pin.pk,
        component=pin.component,
        team=pin.component.team.name,
        **more,
    )
