"""Adding second factors, proving them, and taking them away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal import secrets
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Moved, NotAllowed, Refused
from portal.names import in_one_line
from portal.second_factor import codes, queries, security_keys
from portal.second_factor.models import Factor, Grace, RecoveryCode
from portal.sign_in import limiting

MOST = 10  # of one person


@transaction.atomic
def add_app(*, secret: str, code: str, by: User, now: datetime) -> list[str]:
    """An app for codes, once it has shown a right one. Returns new recovery codes, if it is first.

    A code that was shown here counts no second time at sign-in.
    """
    _may_add(by)
    step = codes.step_of(secret, code, moment=now.timestamp(), after=0)
    if step is None:
        raise Refused(
            "That is not what the app shows now. Is the clock of your phone right?", field="code"
        )
    if Factor.objects.filter(user=by, kind=Factor.Kind.APP).exists():
        raise Moved("You have an app for codes already: remove it first.")
    return _added(
        Factor(
            user=by,
            kind=Factor.Kind.APP,
            name="App for codes",
            secret=secrets.encrypt(secret),
            last_step=step,
            created_at=now,
        ),
        by,
        now,
    )


@transaction.atomic
def add_key(
    *, name: str, answer: str, state: Mapping[str, Any] | None, by: User, now: datetime
) -> list[str]:
    """A security key that has just been made in the browser. Recovery codes, if it is first."""
    _may_add(by)
    try:
        credential, count = security_keys.made(answer, state or {})
    except security_keys.Unproven as error:
        raise Refused("The browser's answer proves no new key: try again.", field="name") from error
    if Factor.objects.filter(user=by, credential=credential).exists():
        raise Moved("You have this key already.")
    return _added(
        Factor(
            user=by,
            kind=Factor.Kind.KEY,
            name=in_one_line(name)[:60] or "Security key",
            credential=credential,
            signatures=count,
            created_at=now,
        ),
        by,
        now,
    )


@transaction.atomic
def remove(*, factor: Factor, by: User, now: datetime) -> None:
    """Take one of one's own away; not the last one while one is wanted. Whoever calls asks for the
    password before."""
    access.require(by, "second_factor.change")
    _no_program(by)
    if factor.user_id != by.pk:
        raise NotAllowed("This second factor is somebody else's.")
    _alone(by)
    is_last = not Factor.objects.filter(user=by).exclude(pk=factor.pk).exists()
    if is_last and queries.is_required(by):
        raise Refused("This installation wants a second factor of you: add another one first.")
    if not Factor.objects.filter(pk=factor.pk).delete()[0]:
        raise Moved(f"“{factor}” is gone already.")
    if is_last:
        RecoveryCode.objects.filter(user=by).delete()
    _record("second_factor.remove", by, by, now, before={"name": factor.name, "kind": factor.kind})


@transaction.atomic
def renew_codes(*, by: User, now: datetime) -> list[str]:
    """New recovery codes, shown once; older ones count no more."""
    access.require(by, "second_factor.change")
    _no_program(by)
    _alone(by)
    if not queries.has_any(by):
        raise NotAllowed("Recovery codes stand in for a second factor: add one first.")
    made = _new_codes(by)
    _record("second_factor.codes", by, by, now, after={"count": len(made)})
    return made


@transaction.atomic
def reset(*, user: User, by: User, now: datetime, reason: str) -> None:
    """Take everything away from somebody who lost it all: their password is enough again."""
    access.require(by, "user.change")
    if user.pk == by.pk:
        raise NotAllowed("Not your own: remove them on your page, or ask another with that role.")
    _alone(user)
    if not Factor.objects.filter(user=user).delete()[0]:
        raise Moved(f"{user.full_name} has no second factor.")
    RecoveryCode.objects.filter(user=user).delete()
    Grace.objects.filter(user=user).delete()
    _record("second_factor.reset", user, by, now, reason=reason)


def prove(*, user: User, code: str, now: datetime) -> str:
    """What proved it: the app, or a recovery code.

    Guesses are counted by person, from wherever, because who gets here knows the password; and not
    in one transaction with it, so that they stay counted.
    """
    limiting.limit(name=user.username, address=_place(user), now=now, what="codes")
    proof = _by_paper(user, code, now) if codes.is_on_paper(code) else _by_app(user, code, now)
    if not proof:
        raise NotAllowed("That code is not right, or was used before.", field="code")
    limiting.forgive(name=user.username, address=_place(user))
    return proof


def prove_by_key(*, user: User, answer: str, state: Mapping[str, Any] | None, now: datetime) -> str:
    """The key that signed. Counted as codes are."""
    limiting.limit(name=user.username, address=_place(user), now=now, what="answers of keys")
    try:
        credential, count = security_keys.signed(answer, state or {}, queries.credentials(user))
    except security_keys.Unproven as error:
        raise NotAllowed("That key is not one of yours: try another one.", field="code") from error
    _count(user, credential, count, now)
    limiting.forgive(name=user.username, address=_place(user))
    return "by a security key"


def begin_grace(*, user: User, now: datetime) -> datetime | None:
    """Somebody signed in with a password alone: until when that is enough, None where always."""
    if queries.is_required(user) and not queries.has_any(user):
        Grace.objects.get_or_create(user=user, defaults={"began_at": now})
    return queries.deadline(user)


@transaction.atomic
def _count(user: User, credential: bytes, count: int, now: datetime) -> None:
    """A key whose count went back was copied (WebAuthn 6.1.1): it lets nobody in."""
    rows = Factor.objects.select_for_update().filter(user=user, credential=credential)
    factor = rows.order_by("pk").first()
    if factor is None:
        raise NotAllowed("That key was removed meanwhile: try another one.", field="code")
    if (count or factor.signatures) and count <= factor.signatures:
        raise NotAllowed("There is a copy of this key: remove it, and use another one.")
    factor.signatures, factor.last_used_at = count, now
    factor.save(update_fields=["signatures", "last_used_at"])


def _by_app(user: User, code: str, now: datetime) -> str:
    factor = Factor.objects.filter(user=user, kind=Factor.Kind.APP).first()
    if factor is None:
        return ""
    secret = secrets.decrypt(factor.secret or b"")
    step = codes.step_of(secret, code, moment=now.timestamp(), after=factor.last_step)
    if step is None:
        return ""
    rows = Factor.objects.filter(pk=factor.pk, last_step__lt=step)
    return "by an app for codes" if rows.update(last_step=step, last_used_at=now) else ""


def _by_paper(user: User, code: str, now: datetime) -> str:
    unused = RecoveryCode.objects.filter(user=user, digest=codes.digest(code), used_at=None)
    return "by a recovery code" if unused.update(used_at=now) else ""


def _may_add(by: User) -> None:
    access.require(by, "second_factor.change")
    _no_program(by)
    _alone(by)
    if Factor.objects.filter(user=by).count() >= MOST:
        raise Refused(f"{MOST} are enough: remove one first.")


def _alone(user: User) -> None:
    """One change at a time to what a person has, also while they have nothing: then no row of a
    factor could be locked."""
    User.objects.select_for_update().get(pk=user.pk)


def _no_program(by: User) -> None:
    if by.token:
        raise NotAllowed("A program has no second factor: do it in the browser.")


def _added(factor: Factor, by: User, now: datetime) -> list[str]:
    is_first = not queries.has_any(by)
    try:
        with transaction.atomic():
            factor.save(force_insert=True)
    except IntegrityError:
        raise Moved("That was added meanwhile.") from None
    Grace.objects.filter(user=by).delete()
    _record("second_factor.add", by, by, now, after={"name": factor.name, "kind": factor.kind})
    return _new_codes(by) if is_first else []


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    made = codes.on_paper()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=codes.digest(code)) for code in made
    )
    return made


def _place(user: User) -> str:
    """Where guesses at second factors are counted: at the person, whatever the address."""
    return f"second factor of {user.pk}"


def _record(verb: str, user: User, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb, by=by, now=now, kind="user", thing=user.username, thing_id=user.pk, **more
    )
