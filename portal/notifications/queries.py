"""Questions about notifications: what I was told, what I follow, what could not be sent."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, UUIDField

from portal.accounts.models import Role, Team, User
from portal.errors import NotFound
from portal.notifications.models import (
    Channel,
    Event,
    Matter,
    Message,
    Mute,
    Notice,
    Preference,
    Subscription,
)
from portal.postgresql.questions import Question

MOST_COUNTED = 100


# By hand, because each run that ends well asks: two probes of two partial indexes.
OPEN = (
    "SELECT EXISTS (SELECT FROM portal_matter WHERE kind = %s AND key = %s"
    " AND is_condition AND over_at IS NULL)"
    " OR EXISTS (SELECT FROM portal_event WHERE kind = %s AND key = %s)"
)


def is_open(kind: str, key: str) -> bool:
    """Whether a condition stands, folded or not yet; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [kind, key, kind, key])
        return bool(cursor.fetchone()[0])


def open_keys(kind: str) -> set[str]:
    """The keys of all conditions of a kind that stand, folded or not yet; two queries."""
    standing = Matter.objects.filter(kind=kind, is_condition=True, over_at=None)
    coming = Event.objects.filter(kind=kind, is_over=False)
    return {*standing.values_list("key", flat=True), *coming.values_list("key", flat=True)}


def notices(user: User, *, kind: str = "", is_unread: bool = False) -> QuerySet[Notice]:
    """What this person was told, for lists that fall by `at`."""
    rows = Notice.objects.filter(user=user, is_shown=True).select_related(
        "matter__component", "matter__team"
    )
    if is_unread:
        rows = rows.filter(read_at=None)
    return rows.filter(kind=kind) if kind else rows


def notice(user: User, pk: UUID) -> Notice:
    """One of this person's; those of others do not exist for them."""
    found = notices(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("You have no such notification. It may belong to someone else.")
    return found


_UNREAD = Question(
    lambda user: Notice.objects.filter(user=user, is_shown=True, read_at=None).values_list("pk")[
        :MOST_COUNTED
    ],
    user=UUIDField(),
)


def unread(user: User) -> int:
    """How many the bell counts; it stops counting at a hundred. One query by a partial index."""
    return len(list(_UNREAD.rows(user=user.pk)))


def preference(user: User) -> Preference | None:
    return Preference.objects.filter(user=user).first()


def subscriptions(user: User) -> QuerySet[Subscription]:
    """What this person follows, and what the channels of the teams follow that they maintain."""
    return (
        Subscription.objects.filter(Q(user=user) | Q(channel__team__in=_maintained(user)))
        .select_related("component", "team", "channel__team")
        .order_by("channel_id", "pk")
    )


def followed(user: User) -> QuerySet[Subscription]:
    """What this person follows themselves."""
    return Subscription.objects.filter(user=user).select_related("component", "team").order_by("pk")


def heard(channels: list[Channel]) -> dict[UUID, list[Subscription]]:
    """What each of these channels hears of; one query."""
    found: dict[UUID, list[Subscription]] = {}
    rows = Subscription.objects.filter(channel__in=channels).select_related("component", "team")
    for row in rows.order_by("pk"):
        if row.channel_id:
            found.setdefault(row.channel_id, []).append(row)
    return found


def subscription(user: User, pk: UUID) -> Subscription:
    found = subscriptions(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("You have no such subscription.")
    return found


def mutes(user: User) -> QuerySet[Mute]:
    """The components that this person has muted, by name."""
    return Mute.objects.filter(user=user).select_related("component").order_by("component__name")


def channels(team: Team | None = None) -> QuerySet[Channel]:
    """Where teams read together; never the address."""
    rows = Channel.objects.select_related("team", "created_by").defer("address")
    return rows.filter(team=team) if team else rows


def channels_of(user: User) -> QuerySet[Channel]:
    """Those of the person's teams, by team and title."""
    teams = user.memberships.values("team_id")
    return channels().filter(team__in=teams).order_by("team__name", "title")


def maintained(user: User) -> QuerySet[Team]:
    """The teams whose channels this person sets."""
    teams = Team.objects.order_by("name")
    return teams if user.is_platform else teams.filter(pk__in=_maintained(user))


def _maintained(user: User) -> QuerySet:
    return user.memberships.filter(role=Role.MAINTAINER).values("team_id")


def channel(pk: UUID) -> Channel:
    found = channels().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such channel; it may have been removed.")
    return found


def last_messages(channels: list[Channel]) -> dict[UUID, Message]:
    """The newest message of each channel, which says how it does; one query."""
    rows = (
        Message.objects.filter(channel__in=channels)
        .order_by("channel_id", "-pk")
        .distinct("channel_id")
    )
    return {row.channel_id: row for row in rows if row.channel_id}


def test_message(channel: Channel, pk: UUID) -> Message:
    found = Message.objects.filter(pk=pk, channel=channel, purpose=Message.Purpose.TEST).first()
    if found is None:
        raise NotFound("There is no such test message.")
    return found


def outbox(state: str = "") -> QuerySet[Message]:
    """What waits, was tried and was given up, for the platform team; by falling identity."""
    rows = Message.objects.select_related("user", "channel__team", "matter")
    if state == "waiting":
        return rows.filter(state__in=(Message.State.QUEUED, Message.State.SENDING))
    return rows.filter(state=state or Message.State.DEAD)


def message(pk: UUID) -> Message:
    found = Message.objects.select_related("user", "channel__team").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such message.")
    return found
