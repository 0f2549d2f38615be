"""Pinning a thing in one's own rail, and taking it out again."""

from __future__ import annotations

from django.apps import apps
from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.errors import NotFound, Refused
from portal.names import is_slug
from portal.stars import rail
from portal.stars.kinds import KINDS

MOST = 12  # what a rail shows without scrolling


@transaction.atomic
def pin(*, who: User, kind: str, name: str) -> User:
    """Put it at the end. It stands nowhere in the audit: one's own rail changes nothing else."""
    access.require(who, "star.set")
    _refuse_unknown(kind, name)
    held = User.objects.select_for_update().get(pk=who.pk)
    if [kind, name] in held.pinned:
        return held
    standing = rail.standing(held)
    if len(standing) >= MOST:
        raise Refused(f"You have pinned {MOST} things: take one out of the rail first.")
    return _kept(held, [*([one.kind, one.name] for one in standing), [kind, name]])


@transaction.atomic
def take_out(*, who: User, kind: str, name: str) -> User:
    """Of what is no longer there, too; what was not pinned stays so."""
    access.require(who, "star.set")
    held = User.objects.select_for_update().get(pk=who.pk)
    return _kept(held, [one for one in held.pinned if one != [kind, name]])


def _refuse_unknown(kind: str, name: str) -> None:
    known = KINDS.get(kind)
    if known is None:
        raise Refused(f"A “{kind}” can't be pinned: {', '.join(KINDS)} can.")
    if not is_slug(name) or not apps.get_model(known.model).objects.filter(name=name).exists():
        raise NotFound(f"There is no {kind} called “{name}”.")


def _kept(held: User, pinned: list[list[str]]) -> User:
    held.pinned = pinned
    held.save(update_fields=["pinned"])
    return held
