"""Sources of the catalog: making one, asking for a look, sending a file, taking it away."""

from __future__ import annotations

import secrets as random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal import secrets
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.descriptors import reading
from portal.entities.models import CatalogSource, Entity
from portal.errors import Moved, Refused
from portal.names import SLUG_HINT, is_slug
from portal.outbound.git import SAFE, is_address

WORK = "portal.entities.tasks.sync"
LONGEST = 48
PREFIX = "whsec_"  # by which our logs mask it
LEAST_MINUTES, MOST_MINUTES = 1, 7 * 24 * 60
MOST_HOSTS = 20
Kind = CatalogSource.Kind
State = CatalogSource.State


@kept("catalog_source.create", "catalog source", "name")
@transaction.atomic
def create(
    *,
    name: str,
    kind: str,
    team: Team | None,
    by: User,
    now: datetime,
    repository: str = "",
    branch: str = "",
    path: str = "",
    hosts: Iterable[str] = (),
    secret: str = "",
    every_minutes: int = 15,
) -> tuple[CatalogSource, str]:
    """A source and the secret for its webhooks, shown once ("" for a file that is sent).

    Without a team it speaks for every team, which takes the platform role; so does reading from
    `hosts` other than the repository's own, and reaching networks of one's own.
    """
    access.require(by, "catalog_source.create", team)
    if not is_slug(name) or len(name) > LONGEST:
        raise Refused(f"A name has {SLUG_HINT}; here at most {LONGEST}.", field="name")
    if kind not in Kind.values:
        raise Refused(f"Choose one of {', '.join(Kind.values)}.", field="kind")
    is_git = kind == Kind.GIT
    wanted = allowed_hosts(hosts, by)
    hook = PREFIX + random.token_urlsafe(32) if is_git else ""
    source = CatalogSource(
        name=name,
        kind=kind,
        team=team,
        **(where(repository, branch, path) if is_git else {"path": "catalog-info.yaml"}),
        hosts=wanted,
        may_reach_inside=by.is_platform,
        secret=secrets.encrypt(secret) if secret else None,
        hook_secret=secrets.encrypt(hook) if hook else None,
        every_minutes=minutes(every_minutes),
        created_by=by,
        created_at=now,
        state=State.QUEUED if is_git else State.IDLE,
        message="A worker looks at it next." if is_git else "Nothing was sent yet.",
        next_at=now,
    )
    try:
        with transaction.atomic():
            source.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(f"There is a source called “{name}” already.", field="name") from error
    said = {"kind": kind, "repository": source.repository, "path": source.path, "hosts": wanted}
    record("catalog_source.create", source, by=by, now=now, after=said)
    if is_git:
        enqueue(WORK, source_id=str(source.pk))
    return source, hook


@kept("catalog_source.sync", "catalog source", "source")
@transaction.atomic
def ask(*, source: CatalogSource, by: User, now: datetime) -> CatalogSource:
    """Have it read now, not at its next time. Asked while it is read, it is read once more."""
    access.require(by, "catalog_source.sync", source.team)
    current = locked(source)
    _refuse_off(current)
    if current.kind == Kind.FILE and current.content is None:
        raise Refused(f"Nothing was sent to {current.name} yet: send a file.")
    want(current, now)
    record("catalog_source.sync", current, by=by, now=now)
    return current


@kept("catalog_source.send", "catalog source", "source")
@transaction.atomic
def send(*, source: CatalogSource, file: bytes, by: User, now: datetime) -> CatalogSource:
    """The file of a source that is sent; what it no longer describes becomes an orphan."""
    access.require(by, "catalog_source.sync", source.team)
    current = locked(source)
    _refuse_off(current)
    if current.kind != Kind.FILE:
        raise Refused(f"{current.name} is read from its repository: push the file there.")
    try:
        text = reading.decoded(file)
    except reading.TooMuch as error:
        raise Refused(str(error), field="file") from error
    if not any(True for _ in reading.documents(text)):
        raise Refused("The file describes nothing. It has at least one entity.", field="file")
    current.content = file
    current.save(update_fields=["content"])
    want(current, now)
    record("catalog_source.send", current, by=by, now=now, after={"bytes": len(file)})
    return current


@kept("catalog_source.rotate", "catalog source", "source")
@transaction.atomic
def rotate(*, source: CatalogSource, by: User, now: datetime) -> str:
    """Another secret for its webhooks, shown once. The one before holds no longer."""
    access.require(by, "catalog_source.change", source.team)
    current = locked(source)
    if current.kind != Kind.GIT:
        raise Refused(f"{current.name} hears no webhooks: its file is sent.")
    hook = PREFIX + random.token_urlsafe(32)
    current.hook_secret = secrets.encrypt(hook)
    current.save(update_fields=["hook_secret"])
    record("catalog_source.rotate", current, by=by, now=now)
    return hook


@kept("catalog_source.switch", "catalog source", "source")
@transaction.atomic
def switch(*, source: CatalogSource, is_on: bool, by: User, now: datetime) -> CatalogSource:
    """Stop reading it, or go on. Its entities stay."""
    access.require(by, "catalog_source.change", source.team)
    current = locked(source)
    if is_on == (current.disabled_at is None):
        raise Moved(f"{current.name} is {'on' if is_on else 'off'} already.")
    current.disabled_at = None if is_on else now
    current.save(update_fields=["disabled_at"])
    if is_on and (current.kind == Kind.GIT or current.content is not None):
        want(current, now)
    record("catalog_source.switch", current, by=by, now=now, after={"is_on": is_on})
    return current


@kept("catalog_source.remove", "catalog source", "source")
@transaction.atomic
def remove(*, source: CatalogSource, confirm: str, by: User, now: datetime) -> None:
    """Take a source away that describes nothing any longer. `confirm` is its name once more."""
    access.require(by, "catalog_source.change", source.team)
    current = locked(source)
    if confirm.strip() != current.name:
        raise Refused(f"Write {current.name} to confirm that you mean it.", field="confirm")
    left = Entity.objects.filter(source=current)[:1]
    if left:
        raise Refused(
            f"{current.name} still describes entities, such as {left[0].ref}. Take them out of its "
            "files, have it read, and remove the orphans first."
        )
    record("catalog_source.remove", current, by=by, now=now)
    current.delete()


def want(source: CatalogSource, now: datetime, *, is_asked: bool = True) -> None:
    """Due now; what reads it at this moment reads it once more afterwards.

    Asked for by a person it is read even where its branch stands where it stood.
    """
    if source.state == State.RUNNING:
        CatalogSource.objects.filter(pk=source.pk).update(is_wanted_again=True)
        return
    # What a person asked for, and still waits, is not taken away by a webhook
    source.is_asked = is_asked or (source.is_asked and source.state == State.QUEUED)
    source.state, source.next_at, source.tries = State.QUEUED, now, 0
    source.message = "A worker looks at it next."
    source.save(update_fields=["state", "next_at", "tries", "message", "is_asked"])
    enqueue(WORK, source_id=str(source.pk))


def _refuse_off(source: CatalogSource) -> None:
    if source.disabled_at:
        raise Refused(f"{source.name} is switched off. Switch it on first.")


def where(repository: str, branch: str, path: str) -> dict[str, str]:
    repository, branch, path = repository.strip(), branch.strip(), path.strip().lstrip("/")
    if not is_address(repository) or len(repository) > 400:
        raise Refused(
            "Write where it is: https://git.example.com/acme/catalog.git.", field="repository"
        )
    if branch and (not SAFE.fullmatch(branch) or len(branch) > 120):
        raise Refused(f"“{branch}” is no name that git would take.", field="branch")
    path = path or "catalog-info.yaml"
    if len(path) > 200 or ".." in path.split("/"):
        raise Refused("A path stays in the repository: **/catalog-info.yaml.", field="path")
    return {"repository": repository, "branch": branch, "path": path}


def allowed_hosts(given: Iterable[str], by: User) -> list[str]:
    """Names of hosts, each with its port where it is not the usual one."""
    hosts = sorted({host.strip().lower() for host in given if host.strip()})
    if hosts and not by.is_platform:
        raise Refused(
            "Reading from other hosts takes the platform role: whoever names a host has Slipway "
            "ask it.",
            field="hosts",
        )
    if len(hosts) > MOST_HOSTS:
        raise Refused(f"At most {MOST_HOSTS} hosts.", field="hosts")
    for host in hosts:
        if not host.replace(".", "").replace("-", "").replace(":", "").isalnum():
            raise Refused(f"“{host}” is no host. Write raw.example.com.", field="hosts")
    return hosts


def minutes(given: int) -> int:
    if not LEAST_MINUTES <= given <= MOST_MINUTES:
        raise Refused("It is read every 1 to 10,080 minutes.", field="every_minutes")
    return given


def locked(source: CatalogSource) -> CatalogSource:
    rows = CatalogSource.objects.select_for_update(of=("self",)).select_related("team")
    return rows.get(pk=source.pk)


def record(verb: str, source: CatalogSource, *, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="catalog source",
        thing=source.name,
        thing_id=source.pk,
        team=source.team.name if source.team else "",
        **more,
    )
