"""Searches that people keep, and forgetting what was counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from observability.logs import asking
from observability.logs.models import LogMinute, SavedSearch
from observability.logs.spans import PRESETS
from observability.patterns import operations as patterns
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.errors import Moved, Refused
from portal.seen import ANYTHING, Seen

MOST = 100  # of a person


@transaction.atomic
def save(
    *, name: str, query: str, span: str, team: Team | None = None, by: User, now: datetime
) -> SavedSearch:
    """Keep a search under a name; with a team everyone there has it."""
    access.require(by, "log_search.save")
    if team is not None:
        access.require(by, "log_search.share", team)
    if span not in PRESETS:
        raise Refused(f"There is no span “{span}”: there are {', '.join(PRESETS)}.", field="span")
    User.objects.select_for_update().get(pk=by.pk)  # two at once are one after another
    if SavedSearch.objects.filter(owner=by).count() >= MOST:
        raise Refused(f"You keep {MOST} searches already. Remove one first.", field="name")
    search = SavedSearch.objects.create(
        owner=by,
        team=team,
        name=_free(name, by),
        query=str(asking.query(query)),
        span=span,
        saved_at=now,
    )
    _audit("log_search.save", search, by=by, now=now, after=facts_of(search))
    return search


@transaction.atomic
def rename(
    *, search: SavedSearch, name: str, by: User, now: datetime, seen: Seen = ANYTHING
) -> SavedSearch:
    """Call it otherwise."""
    search = _own(search, by)
    seen.require(facts_of(search), search.name)
    before = {"name": search.name}
    if name.strip() != search.name:
        search.name = _free(name, search.owner)
        search.save(update_fields=["name"])
    _audit("log_search.rename", search, by=by, now=now, before=before, after={"name": search.name})
    return search


@transaction.atomic
def remove(*, search: SavedSearch, by: User, now: datetime, seen: Seen = ANYTHING) -> None:
    """Keep it no longer."""
    search = _own(search, by)
    seen.require(facts_of(search), search.name)
    _audit("log_search.remove", search, by=by, now=now, before=facts_of(search))
    search.delete()


def forget(*, now: datetime, keep: timedelta) -> None:
    """Let go of what was counted of lines that are gone."""
    LogMinute.objects.filter(minute__lt=now - keep).delete()
    patterns.forget(now=now, keep=keep)


def _own(search: SavedSearch, by: User) -> SavedSearch:
    """One's own, or shared with a team that one maintains; kept as it is until this ends."""
    access.require(by, "log_search.save")
    found = (
        SavedSearch.objects.select_for_update(of=("self",))
        .select_related("team", "owner")
        .filter(pk=search.pk)
        .first()
    )
    if found is None:
        raise Moved("Someone has removed this search meanwhile.")
    if found.owner_id != by.pk:
        access.require(by, "log_search.tidy", found.team)
    return found


def _free(name: str, owner: User) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Refused("Give it a name of at most 80 characters.", field="name")
    if SavedSearch.objects.filter(owner=owner, name=name).exists():
        raise Refused(f"There is a search called “{name}” already.", field="name")
    return name


def facts_of(search: SavedSearch) -> dict[str, str]:
    """What it is called and asks, as it is now."""
    return {"name": search.name, "query": search.query, "span": search.span}


def _audit(verb: str, search: SavedSearch, *, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="log_search",
        thing=search.name,
        thing_id=search.pk,
        team=search.team.name if search.team else "",
        **more,
    )
