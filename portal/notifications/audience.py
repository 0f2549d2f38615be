"""Who is told of an event: whom it concerns, who answers, who subscribed; less who muted.

Those answer who are in the team of it, and in the team of a client whom it concerns.

Everyone who is signed in may look at all that notifications speak of (access.py), so what is left
out are people who are switched off. A kind that concerns one person goes to nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from portal.accounts.models import Membership, Team, User
from portal.catalog.models import Dependency
from portal.notifications.kinds import SORTS
from portal.notifications.models import (
    Event,
    Kind,
    Matter,
    Message,
    Mute,
    Notice,
    Preference,
    Subscription,
)

PRIVATE = {Kind.FEEDBACK_ANSWERED}  # nobody subscribes to what others were answered


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who is told, why, and how they want it."""

    user: User
    because: str
    is_shown: bool
    mail: str  # "" where no mail goes to them, else at_once or hourly


@dataclass(slots=True)
class Audience:
    """Everyone who is told of one matter."""

    readers: list[Reader] = field(default_factory=list)
    channels: dict[UUID, str] = field(default_factory=dict)  # and why


def of(event: Event) -> Audience:
    """Who is told that this begins, or that it happened; seven queries at most."""
    reasons: dict[UUID, str] = {}
    channels: dict[UUID, str] = {}
    team = team_of(event)
    teams = _answering(event, team)
    for subscription in _subscribed(event, teams):
        if subscription.channel_id:
            channels.setdefault(subscription.channel_id, f"{subscription.team or team} is told")
        elif subscription.user_id:
            reasons[subscription.user_id] = f"you follow {subscription.what}"
    reasons |= _members(event, teams)
    if event.actor_id:
        reasons.pop(event.actor_id, None)  # they know: they did it
    reasons = _unmuted(reasons, event.component_id)
    if event.person_id:
        reasons[event.person_id] = SORTS[event.kind].asked
    return Audience(_readers(reasons, event.kind), channels)


def again(matter: Matter) -> Audience:
    """Those who were told that it began: they hear when it ends, or that it still goes on."""
    notices = Notice.objects.filter(matter=matter)
    reasons = _unmuted(dict(notices.values_list("user_id", "because")), matter.component_id)
    told = (
        Message.objects.filter(matter=matter, medium=Message.Medium.CHAT)
        .exclude(state=Message.State.DROPPED)
        .values_list("channel_id", flat=True)
        .distinct()
    )
    return Audience(_readers(reasons, matter.kind), {pk: "" for pk in told if pk})


def team_of(event: Event) -> Team | None:
    """Who answers: the team that is named, else the component's."""
    return event.team or (event.component.team if event.component else None)


def _answering(event: Event, team: Team | None) -> dict[UUID, str]:
    """The teams that answer, and for what: the owner's last, which is the reason to give."""
    clients: dict[UUID, list[str]] = {}
    for client, team_id in event.receivers.items():
        clients.setdefault(UUID(team_id), []).append(client)
    said = {
        other.pk: f"you are in {other.name}, which answers for {_named(clients[other.pk])}"
        for other in (Team.objects.filter(pk__in=clients) if clients else ())
        if other != team
    }
    return {**said, team.pk: f"you are in {team.name}"} if team else said


def _named(clients: list[str]) -> str:
    first, *others = sorted(clients)
    return f"{first} and {len(others)} more" if others else first


def _members(event: Event, teams: Mapping[UUID, str]) -> dict[UUID, str]:
    roles = SORTS[event.kind].roles
    if not teams or not roles:
        return {}
    found = Membership.objects.filter(team__in=teams, role__in=roles)
    rows = found.values_list("user_id", "team_id")
    order = list(teams)
    return {pk: teams[one] for pk, one in sorted(rows, key=lambda row: order.index(row[1]))}


def _subscribed(event: Event, teams: Collection[UUID]) -> QuerySet[Subscription]:
    """Those that fit: each names something, and all that it names is so. By index, each way."""
    if event.kind in PRIVATE:
        return Subscription.objects.none()
    clients = _clients(event)
    fits = Q(component=None, team=None, client="", kind=event.kind)
    if event.component_id:
        fits |= Q(component=event.component_id)
    if teams:
        fits |= Q(team__in=teams)
    if clients:
        fits |= Q(client__in=clients)
    return (
        Subscription.objects.filter(fits)
        .filter(kind__in=("", event.kind))
        .filter(Q(component=None) | Q(component=event.component_id))
        .filter(Q(team=None) | Q(team__in=teams))
        .filter(Q(client="") | Q(client__in=clients))
        .select_related("component", "team")
    )


def _clients(event: Event) -> set[str]:
    """Whom it reaches: the client of a delivery, else all that the component feeds."""
    known = {event.client, *event.receivers} - {""}
    if event.client or not event.component_id:
        return known
    return known | set(
        Dependency.objects.filter(
            component=event.component_id, direction=Dependency.Direction.FEEDS, kind="client"
        ).values_list("name", flat=True)
    )


def _unmuted(reasons: dict[UUID, str], component_id: UUID | None) -> dict[UUID, str]:
    if component_id is None:
        return reasons
    muted = set(
        Mute.objects.filter(component=component_id, user__in=reasons).values_list(
            "user_id", flat=True
        )
    )
    return {pk: because for pk, because in reasons.items() if pk not in muted}


def _readers(reasons: dict[UUID, str], kind: str) -> list[Reader]:
    people = User.objects.filter(pk__in=reasons, is_active=True).select_related("preference")
    return [
        reader
        for user in people
        if (reader := _reader(user, reasons[user.pk], kind)).is_shown or reader.mail
    ]


def _reader(user: User, because: str, kind: str) -> Reader:
    wish = preference_of(user)
    return Reader(
        user=user,
        because=because,
        is_shown=kind not in wish.page_off,
        mail=wish.mail if gets_mail(wish) and kind not in wish.mail_off else "",
    )


def preference_of(user: User) -> Preference:
    """How they want to be told; the defaults where they have not said."""
    return getattr(user, "preference", None) or Preference(user=user, mail_off=not_mailed())


def not_mailed() -> list[str]:
    """Kinds of which there is no mail unless the person wants it."""
    return [kind for kind, sort in SORTS.items() if not sort.is_mailed]


def could_get_mail(wish: Preference) -> bool:
    """Whether to invite them: they get none, and there is a server that would send it."""
    return bool(settings.EMAIL_HOST) and not gets_mail(wish)


def gets_mail(wish: Preference) -> bool:
    """Mail is set up here, they want it, and have shown that the address is theirs."""
    return bool(settings.EMAIL_HOST and wish.confirmed_at and wish.mail != Preference.Mail.NEVER)
