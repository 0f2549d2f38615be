"""Where teams read together: connected, tried out, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from portal import secrets
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.ids import uuid7
from portal.names import in_one_line
from portal.notifications import addresses
from portal.notifications.models import Channel, Kind, Message, Subscription
from portal.notifications.operations import writing
from portal.notifications.wording import Item

# What a team hears of in its channel unless it chooses otherwise
USUAL = (
    *(Kind.RUN_FAILED, Kind.DELIVERY_FAILED, Kind.RUN_LATE),
    *(Kind.DEPLOYMENT_ROLLED_BACK, Kind.RELEASE_REJECTED),
)
MOST_TESTS = 6  # in a minute, for one channel


@kept("channel.add", "channel", "title")
@transaction.atomic
def add_channel(
    *,
    team: Team,
    title: str,
    address: str,
    by: User,
    now: datetime,
    kinds: Sequence[str] = USUAL,
) -> Channel:
    """Tell a team, where it reads together, what happens to its components.

    `address` is an incoming webhook or one of apprise's addresses; it is kept encrypted and never
    shown again. `kinds` are what the channel hears of first; subscriptions can be added.
    """
    access.require(by, "channel.set", team)
    found = addresses.read(address)
    title = in_one_line(title) or found.service.label
    if unknown := set(kinds) - set(Kind.values):
        raise Refused(f"There is no kind “{min(unknown)}”.", field="kinds")
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                team=team,
                title=title[:80],
                service=found.service.label,
                host=found.host,
                address=secrets.encrypt(found.url),
                created_by=by,
                created_at=now,
            )
    except IntegrityError:
        raise Refused(
            f"{team.name} already has a channel called “{title}”.", field="title"
        ) from None
    Subscription.objects.bulk_create(
        Subscription(channel=channel, team=team, kind=kind, created_at=now)
        for kind in dict.fromkeys(kinds)
    )
    _record("channel.add", channel, by, now, after={**_said(channel), "kinds": list(kinds)})
    return channel


@kept("channel.remove", "channel", "channel")
@transaction.atomic
def remove_channel(*, channel: Channel, by: User, now: datetime) -> None:
    """Tell nothing there any more; the address is forgotten, and what waits is not sent."""
    access.require(by, "channel.set", channel.team)
    if not Channel.objects.filter(pk=channel.pk).delete()[0]:
        raise Moved(f"“{channel.title}” was removed already.")
    _record("channel.remove", channel, by, now, before=_said(channel))


@kept("channel.test", "channel", "channel")
@transaction.atomic
def test_channel(*, channel: Channel, by: User, now: datetime) -> Message:
    """Send a message that says that it is one; its row says how it went."""
    access.require(by, "channel.set", channel.team)
    lately = Message.objects.filter(
        channel=channel,
        purpose=Message.Purpose.TEST,
        created_at__gt=now - timedelta(minutes=1),
    )
    if len(lately.values_list("pk")[:MOST_TESTS]) >= MOST_TESTS:
        raise Refused("That were six tests within a minute. Wait for one.")
    item = Item(
        matter="",
        title=f"A test by {by.full_name}",
        text=f"Slipway reaches this channel. {channel.team.title} is told here from now on.",
        link="/notifications/settings/",
    )
    message = Message.objects.create(
        key=f"test:{uuid7()}",
        medium=Message.Medium.CHAT,
        purpose=Message.Purpose.TEST,
        channel=channel,
        contents=[item.as_json()],
        next_at=now,
        created_at=now,
    )
    _record("channel.test", channel, by, now)
    writing.send(message)
    return message


def _said(channel: Channel) -> dict[str, Any]:
    """Never the address: it holds a token."""
    return {"service": channel.service, "host": channel.host}


def _record(verb: str, channel: Channel, by: User, now: datetime, **more: Any) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="channel",
        thing=f"{channel.team.name}: {channel.title}",
        thing_id=channel.pk,
        team=channel.team.name,
        **more,
    )
