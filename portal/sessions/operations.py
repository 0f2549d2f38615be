"""Ending sessions: one's own, and those of whom the platform role lets out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Moved, NotFound
from portal.sessions.models import Session
from portal.sessions.store import SessionStore


@transaction.atomic
def end(*, session: Session, by: User, now: datetime) -> None:
    """Sign one browser out. One's own; those of others do not exist for anybody else."""
    access.require(by, "session.end")
    if session.user_id != by.pk:
        raise NotFound("You have no such session.")
    if not Session.objects.filter(pk=session.pk).delete()[0]:
        raise Moved(f"{session} was signed out already.")
    _record(by, by, now, [str(session)])


@transaction.atomic
def end_others(*, user: User, keep: UUID | None, by: User, now: datetime) -> int:
    """Sign out everywhere but in the session `keep`; returns how many there were.

    With the platform role also for others, as when a laptop is lost: then everywhere.
    """
    access.require(by, "session.end" if by.pk == user.pk else "user.change")
    rows = Session.objects.select_for_update().filter(user=user).order_by("pk")
    ended = [row for row in rows if row.pk != keep]
    Session.objects.filter(pk__in=[row.pk for row in ended]).delete()
    _record(user, by, now, [str(row) for row in ended])
    return len(ended)


def close_all(*, user: User) -> None:
    """All of a person, with the act that ends them: its entry says why."""
    Session.objects.filter(user=user).delete()


def forget() -> None:
    """Let go of what ended by itself."""
    SessionStore.clear_expired()


def _record(user: User, by: User, now: datetime, names: list[str]) -> None:
    audit.record(
        verb="session.end",
        by=by,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        before={"sessions": names},
    )
