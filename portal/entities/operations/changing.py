"""Saying anew where a source of the catalog is, and with which token it is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal import secrets
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.entities.models import CatalogFile, CatalogSource
from portal.entities.operations import sources
from portal.errors import Refused
from portal.seen import ANYTHING, Seen

PLACE = ("repository", "branch", "path")
FACTS = (*PLACE, "every_minutes", "hosts")
OF_A_FILE = {"hosts"}  # all that a file that is sent has


@kept("catalog_source.change", "catalog source", "source")
@transaction.atomic
def change(
    *,
    source: CatalogSource,
    by: User,
    now: datetime,
    repository: str | None = None,
    branch: str | None = None,
    path: str | None = None,
    every_minutes: int | None = None,
    hosts: Iterable[str] | None = None,
    secret: str | None = None,
    seen: Seen = ANYTHING,
) -> CatalogSource:
    """Read it elsewhere, otherwise or with another token; what is not given stays.

    `secret` "" takes the token away. A token is sent to no repository but the one that it was given
    for, and how far Slipway reaches for another one is a question of who names it. What is being
    read at this moment is given up, and read anew from the new place.
    """
    access.require(by, "catalog_source.change", source.team)
    current = sources.locked(source)
    seen.require(facts_of(current), current.name)
    asked: dict[str, Any] = {
        "repository": repository,
        "branch": branch,
        "path": path,
        "every_minutes": every_minutes,
        "hosts": None if hosts is None else sorted(hosts),
    }
    given = {name: value for name, value in asked.items() if value is not None}
    if not (secret or current.secret):
        secret = None  # there is none to take away
    _refuse_of_a_file(current, given, secret)
    before = {name: getattr(current, name) for name in FACTS}
    after = {**before, **given}
    if given.keys() & set(PLACE):
        after |= sources.where(*(after[name] for name in PLACE))
    after["every_minutes"] = sources.minutes(after["every_minutes"])
    if after["hosts"] != before["hosts"]:
        after["hosts"] = sources.allowed_hosts(after["hosts"], by)
    if after["repository"] != before["repository"] and not by.is_platform:
        after["hosts"] = []  # the platform team allowed them to the files of another one
    different = [name for name in after if after[name] != before[name]]
    if not different and secret is None:
        return current
    if "repository" in different:
        _move(current, by, secret)
    for name in different:
        setattr(current, name, after[name])
    if secret is not None:
        current.secret = secrets.encrypt(secret) if secret else None
    if not current.is_busy:
        current.next_at = min(current.next_at, now + timedelta(minutes=current.every_minutes))
    current.save(update_fields=[*different, "secret", "may_reach_inside", "next_at"])
    _read_anew(current, {*different, *(["secret"] if secret is not None else [])}, now)
    said: dict[str, Any] = {name: after[name] for name in different}
    said |= {} if secret is None else {"secret": "set" if secret else "removed"}
    was = {name: before[name] for name in different}
    sources.record("catalog_source.change", current, by=by, now=now, before=was, after=said)
    return current


def facts_of(source: CatalogSource) -> dict[str, Any]:
    """What people may change of it, as it is now; of a token that it is the same one."""
    token = bytes(source.secret).hex() if source.secret else ""
    return {**{name: getattr(source, name) for name in FACTS}, "secret": token}


def _refuse_of_a_file(source: CatalogSource, given: dict[str, Any], secret: str | None) -> None:
    if source.kind == CatalogSource.Kind.GIT:
        return
    asked = {name for name in given if given[name] != getattr(source, name)} - OF_A_FILE
    if asked or secret:
        raise Refused(
            f"{source.name} has no repository: its file is sent. Make another source for one.",
            field=min(asked) if asked else "secret",
        )


def _move(source: CatalogSource, by: User, secret: str | None) -> None:
    """To another repository, of which the platform has said nothing yet."""
    if source.secret and secret is None:
        raise Refused(
            "The token was given for the repository before. Give one for this one, or take the "
            "token away.",
            field="secret",
        )
    source.may_reach_inside = by.is_platform


def _read_anew(source: CatalogSource, different: set[str], now: datetime) -> None:
    """What was read stays as it is until then. Where addresses mean something else than before,
    files that are the same are read again, too."""
    if different <= {"every_minutes"}:
        return
    if different & {"repository", "hosts"}:
        CatalogFile.objects.filter(source=source).update(digest="")
    if source.disabled_at or (source.kind == CatalogSource.Kind.FILE and source.content is None):
        return
    if source.state == CatalogSource.State.RUNNING:
        source.attempt += 1  # the fence: what the worker reads now is kept no longer
        source.state, source.lease_until = CatalogSource.State.IDLE, None
        source.save(update_fields=["attempt", "state", "lease_until"])
    sources.want(source, now)
