"""How people want to be told: what they follow and mute, by what way, at which address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.catalog.models import Component
from portal.errors import Moved, NotAllowed, Refused
from portal.ids import uuid7
from portal.notifications import audience
from portal.notifications.models import (
    Channel,
    Kind,
    Message,
    Mute,
    Preference,
    Subscription,
)
from portal.notifications.operations import writing
from portal.notifications.wording import Item
from portal.search.models import Findable
from portal.search.models import Kind as FindableKind

SALT = "slipway mail address"
CONFIRM_WITHIN = timedelta(days=3)
MOST_CONFIRMATIONS = 5  # an hour: nobody is written to by Slipway over and over
HOUR = timedelta(hours=1)


@transaction.atomic
def subscribe(
    *,
    by: User,
    now: datetime,
    channel: Channel | None = None,
    kind: str = "",
    component: Component | None = None,
    team: Team | None = None,
    client: str = "",
) -> Subscription:
    """Hear, or let a channel hear, of what fits all that is named; something has to be."""
    access.require(by, "channel.set" if channel else "notification.change", channel)
    if not (kind or component or team or client):
        raise Refused("Name a component, a team, a client or a kind: not everything.")
    if kind and kind not in Kind.values:
        raise Refused(f"A kind is one of {', '.join(Kind.values)}.", field="kind")
    if client and not Findable.objects.filter(kind=FindableKind.CLIENT, name=client).exists():
        raise Refused(f"There is no client called “{client}”.", field="client")
    try:
        with transaction.atomic():
            made = Subscription.objects.create(
                user=None if channel else by,
                channel=channel,
                kind=kind,
                component=component,
                team=team,
                client=client,
                created_at=now,
            )
    except IntegrityError:
        raise Moved("This is followed already.") from None
    _record(
        "subscription.add", "subscription", followed(made), by, now,
        thing_id=made.pk, component=component or "", team=channel.team if channel else "",
    )  # fmt: skip
    return made


@transaction.atomic
def unsubscribe(*, subscription: Subscription, by: User, now: datetime) -> None:
    """Follow it no longer. What a team tells its members by itself is muted, not unsubscribed."""
    channel = subscription.channel
    access.require(by, "channel.set" if channel else "notification.change", channel)
    if channel is None and subscription.user_id != by.pk:
        raise NotAllowed("This is what someone else follows.")
    said = followed(subscription)
    if not Subscription.objects.filter(pk=subscription.pk).delete()[0]:
        raise Moved("This is not followed any more.")
    _record("subscription.remove", "subscription", said, by, now, thing_id=subscription.pk)


def followed(subscription: Subscription) -> str:
    """Who follows what, for the audit."""
    said = str(subscription)
    return f"{subscription.channel} hears of {said}" if subscription.channel else said


@transaction.atomic
def mute(*, component: Component, by: User, now: datetime) -> Mute:
    """Hear nothing more of a component, but of what `by` asks for. Muting twice is once."""
    access.require(by, "notification.change")
    made, is_new = Mute.objects.get_or_create(
        user=by, component=component, defaults={"created_at": now}
    )
    if is_new:
        _record("notification.mute", "component", component, by, now, component=component)
    return made


@transaction.atomic
def unmute(*, component: Component, by: User, now: datetime) -> None:
    access.require(by, "notification.change")
    if not Mute.objects.filter(user=by, component=component).delete()[0]:
        raise Moved(f"{component.name} is not muted.")
    _record("notification.unmute", "component", component, by, now, component=component)


@transaction.atomic
def prefer(
    *,
    by: User,
    now: datetime,
    mail: str | None = None,
    page_off: Sequence[str] | None = None,
    mail_off: Sequence[str] | None = None,
) -> Preference:
    """Say how to be told; what is not named stays. The `off` lists are kinds."""
    access.require(by, "notification.change")
    if mail is not None and mail not in Preference.Mail.values:
        raise Refused(f"Mail comes {', '.join(Preference.Mail.values)}.", field="mail")
    for field, kinds in (("page_off", page_off), ("mail_off", mail_off)):
        if unknown := set(kinds or ()) - set(Kind.values):
            raise Refused(f"There is no kind “{min(unknown)}”.", field=field)
    wish = _own(by)
    before = _said(wish)
    wish.mail = wish.mail if mail is None else mail
    wish.page_off = wish.page_off if page_off is None else sorted(page_off)
    wish.mail_off = wish.mail_off if mail_off is None else sorted(mail_off)
    wish.save()
    if before != _said(wish):
        _record(
            "notification.settings", "user", by.username, by, now,
            thing_id=by.pk, before=before, after=_said(wish),
        )  # fmt: skip
    return wish


@transaction.atomic
def ask_confirmation(*, address: str, by: User, now: datetime) -> Preference:
    """Write to an address, to see whether it is this person's; until they say so it gets nothing.

    Another address than the confirmed one takes its place, unconfirmed.
    """
    access.require(by, "notification.change")
    address = address.strip()
    _refuse_address(address)
    _refuse_too_many(by, now)
    wish = _own(by)
    if wish.address == address and wish.confirmed_at:
        raise Moved(f"{address} is confirmed already.", field="address")
    before = wish.address
    wish.address, wish.confirmed_at = address, None
    wish.save()
    token = signing.dumps({"user": str(by.pk), "address": address}, salt=SALT)
    item = Item(
        matter="",
        title="Confirm that Slipway may write here",
        text=(
            f"{by.full_name} asked Slipway to send notifications to this address. Open this "
            "page within three days and say yes. If it was not you, do nothing."
        ),
        link=f"/notifications/settings/confirm?token={token}",
    )
    writing.send(
        Message.objects.create(
            key=f"confirmation:{uuid7()}",
            medium=Message.Medium.MAIL,
            purpose=Message.Purpose.CONFIRMATION,
            user=by,
            address=address,
            contents=[item.as_json()],
            next_at=now,
            created_at=now,
        )
    )
    _record(
        "notification.address", "user", by.username, by, now,
        thing_id=by.pk, before={"address": before}, after={"address": address},
    )  # fmt: skip
    return wish


def _refuse_address(address: str) -> None:
    if not settings.EMAIL_HOST:
        raise Refused(
            "No mail server is set up for this Slipway. Whoever runs it can name one in "
            "SLIPWAY_MAIL_URL.",
            field="address",
        )
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(f"“{address}” is not a mail address.", field="address") from None


def _refuse_too_many(user: User, now: datetime) -> None:
    lately = Message.objects.filter(
        user=user, purpose=Message.Purpose.CONFIRMATION, created_at__gt=now - HOUR
    )
    if len(lately.values_list("pk")[:MOST_CONFIRMATIONS]) >= MOST_CONFIRMATIONS:
        raise Refused(
            "Five mails were sent within the hour. Look for them, also where spam goes, and try "
            "again later.",
            field="address",
        )


@transaction.atomic
def confirm_address(*, token: str, by: User, now: datetime) -> Preference:
    """The person came back with what was sent there: from now on mail goes to it."""
    access.require(by, "notification.change")
    address = confirmable(token=token, user=by)
    wish = _own(by)
    if wish.address != address:
        raise Refused(
            f"You have named another address since: {wish.address or 'none'}. Open the newest mail."
        )
    if wish.confirmed_at is None:
        wish.confirmed_at = now
        wish.save()
        _record(
            "notification.confirm", "user", by.username, by, now,
            thing_id=by.pk, after={"address": address},
        )  # fmt: skip
    return wish


def confirmable(*, token: str, user: User) -> str:
    """The address that this token speaks of; Refused, in words, where it is none of `user`'s."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=SALT, max_age=CONFIRM_WITHIN)
    except signing.SignatureExpired:
        raise Refused("This mail is older than three days. Ask for another one.") from None
    except signing.BadSignature:
        raise Refused(
            "This link is not complete. Copy all of it out of the mail, or ask for another one."
        ) from None
    if said["user"] != str(user.pk):
        raise NotAllowed("This mail was for someone else. Sign in as who asked for it.")
    return str(said["address"])


def _own(user: User) -> Preference:
    wish, _ = Preference.objects.select_for_update(of=("self",)).get_or_create(
        user=user, defaults={"mail_off": audience.not_mailed()}
    )
    return wish


def _said(wish: Preference) -> dict[str, Any]:
    return {"mail": wish.mail, "page_off": wish.page_off, "mail_off": wish.mail_off}


def _record(verb: str, kind: str, thing: object, by: User, now: datetime, **more: Any) -> None:
    audit.record(verb=verb, by=by, now=now, kind=kind, thing=thing, **more)
