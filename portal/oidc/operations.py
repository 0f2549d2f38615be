"""Letting in whom the identity provider knows; connecting accounts with it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.accounts import access, passwords
from portal.accounts import operations as accounts
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Moved, NotAllowed, Refused
from portal.oidc import following
from portal.oidc.claims import Claims
from portal.oidc.groups import Wanted
from portal.oidc.groups import wanted as meant
from portal.oidc.models import Identity


def sign_in(*, claims: Claims, now: datetime) -> User:
    """The person behind these proven claims, with the memberships that their groups give now.

    Known by the provider's lasting name for them. Whoever it has not brought before becomes the one
    person with the same verified mail address whom no password lets in, or a new person; an
    account that a password lets in is connected by its owner alone, who is signed in.
    """
    wanted = meant(settings.OIDC_GROUPS, claims.groups)
    try:
        return _let_in(claims, wanted, now)
    except NotAllowed as refused:
        if user := _by_mail(claims):
            _keep(refused, user, now)
        raise


@transaction.atomic
def _let_in(claims: Claims, wanted: Wanted, now: datetime) -> User:
    identity = (
        Identity.objects.select_related("user")
        .filter(issuer=claims.issuer, subject=claims.subject)
        .first()
    )
    user = identity.user if identity else _arrived(claims, wanted, now)
    if not user.is_active:
        raise NotAllowed(
            f"{user.full_name} was switched off here. Someone with the platform role can help."
        )
    following.follow(user=user, wanted=wanted, now=now)
    Identity.objects.filter(issuer=claims.issuer, subject=claims.subject).update(
        seen_at=now, email=claims.email
    )
    User.objects.filter(pk=user.pk).update(last_login=now)
    audit.record(
        verb="user.sign_in",
        by=user,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        reason=f"by {settings.OIDC_NAME}",
    )
    return user


@transaction.atomic
def connect(*, claims: Claims, by: User, now: datetime) -> Identity:
    """From now on the provider lets this person in, too: they are signed in, and were there now."""
    access.require(by, "identity.connect")
    if by.token:
        raise NotAllowed("A program connects no account: sign in and do it on the account page.")
    known = Identity.objects.filter(issuer=claims.issuer, subject=claims.subject).first()
    if known and known.user_id == by.pk:
        return known
    if known:
        raise Refused(f"{settings.OIDC_NAME} knows somebody else here by this account.")
    identity = _connected(by, claims, now)
    following.follow(user=by, wanted=meant(settings.OIDC_GROUPS, claims.groups), now=now)
    return identity


@transaction.atomic
def disconnect(*, user: User, by: User, now: datetime) -> None:
    """The provider lets this person in no longer; what its groups gave them goes, too.

    Not while nothing else lets them in. The platform role can do it for others.
    """
    access.require(by, "identity.connect" if by.pk == user.pk else "user.change")
    issuer = settings.OIDC_ISSUER
    if not Identity.objects.filter(user=user, issuer=issuer).delete()[0]:
        raise Moved(f"{user.full_name} is not connected with {settings.OIDC_NAME}.")
    audit.record(
        verb="identity.disconnect",
        by=by,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        before={"issuer": issuer},
    )
    following.follow(user=user, wanted=Wanted(), now=now)
    user.refresh_from_db(fields=["is_platform"])  # a role that a group gave takes no password now
    if by.pk == user.pk and not passwords.let_in(user):
        raise Refused(
            "Nothing else would let you in. Someone with the platform role can help: with a "
            "password where passwords let you in, or by taking this apart for you."
        )


def _arrived(claims: Claims, wanted: Wanted, now: datetime) -> User:
    """Somebody whom the provider brings for the first time."""
    user = _by_mail(claims)
    if user is None:
        user = _made(claims, wanted, now)
    elif passwords.let_in(user):
        raise NotAllowed(
            f"There is an account with the address {claims.email}, and it has a password. Sign in "
            f"with that, and connect the account with {settings.OIDC_NAME} on its page. If nobody "
            "knows the password, someone with the platform role can give another one."
        )
    elif Identity.objects.filter(user=user, issuer=claims.issuer).exists():
        raise NotAllowed(
            f"The account with the address {claims.email} belongs to somebody else at "
            f"{settings.OIDC_NAME}. Someone with the platform role can help."
        )
    _connected(user, claims, now)
    return user


def _by_mail(claims: Claims) -> User | None:
    """The one person with this address; only where the provider says that it was proven."""
    if not (claims.is_email_verified and claims.email):
        return None
    found = list(User.objects.filter(email__iexact=claims.email).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _made(claims: Claims, wanted: Wanted, now: datetime) -> User:
    rule = settings.OIDC_UNKNOWN
    if rule == "nobody" or (rule == "grouped" and not wanted.is_something):
        shown = claims.email or claims.full_name or claims.subject
        needs = "" if rule == "nobody" else ", or a group that has a meaning here"
        raise NotAllowed(
            f"Nobody here is known as {shown}. Someone with the platform role can make an account "
            f"with this address{needs}."
        )
    name = next(name for name in claims.names() if not User.objects.filter(username=name).exists())
    return accounts.create_user(
        username=name,
        full_name=claims.full_name or claims.wished_name or name,
        email=claims.email if claims.is_email_verified else "",
        password=None,
        is_platform=False,
        by=None,
        now=now,
    )


def _connected(user: User, claims: Claims, now: datetime) -> Identity:
    try:
        with transaction.atomic():
            identity = Identity.objects.create(
                user=user,
                issuer=claims.issuer,
                subject=claims.subject,
                email=claims.email,
                connected_at=now,
                seen_at=now,
            )
    except IntegrityError:
        raise Moved(f"{user.full_name} is connected already: sign in again.") from None
    audit.record(
        verb="identity.connect",
        by=user,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
        after={"issuer": claims.issuer, "email": claims.email},
    )
    return identity


def _keep(refused: Refused, user: User, now: datetime) -> None:
    audit.record_refusal(
        refused=refused,
        verb="user.sign_in",
        by=None,
        now=now,
        kind="user",
        thing=user.username,
        thing_id=user.pk,
    )
