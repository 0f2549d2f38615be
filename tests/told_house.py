"""What people were told in the whole house, and which doors lead there.

mira       was told of her deployments, follows finance-data, said that a page is in the way
ines       has muted the component
airline-data   has a channel; a test message for it was given up
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.accounts.models import Team, User
from portal.catalog.models import Component
from portal.feedback import operations as feedback
from portal.feedback.models import Feedback
from portal.notifications import operations
from portal.notifications.models import Channel, Message, Notice, Subscription

WEBHOOK = "https://chat.example.com/hooks/x6ewpjagj3rcdq3w5xt9qa8k1h"


def furnish(people: Mapping[str, User], component: Component, *, now: datetime) -> None:
    """At the end: what was written down until then is folded."""
    mira, ines = people["mira"], people["ines"]
    operations.mute(component=component, by=ines, now=now)
    operations.subscribe(team=Team.objects.get(name="finance-data"), by=mira, now=now)
    channel = operations.add_channel(
        team=component.team, title="Data", address=WEBHOOK, by=ines, now=now
    )
    message = operations.test_channel(channel=channel, by=ines, now=now)
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.DEAD, message="Mattermost at chat.example.com does not answer."
    )
    feedback.give(
        author=mira,
        thumb="down",
        page="pipelines:run-detail",
        sentence="Where is the log?",
        now=now,
    )
    operations.fold(now=now)


def row(noun: str) -> Any:
    """The row that a door of this noun is tried on."""
    rows: dict[str, Any] = {
        "notifications": Notice.objects.filter(user__username="mira", is_shown=True),
        "subscriptions": Subscription.objects.filter(user__username="mira"),
        "channels": Channel.objects.all(),
        "messages": Message.objects.filter(state=Message.State.DEAD),
        "outbox": Message.objects.filter(state=Message.State.DEAD),
        "feedback": Feedback.objects.all(),
    }
    return rows[noun].first() if noun in rows else None


def more() -> dict[str, str]:
    """Further parts of addresses."""
    return {"message": str(Message.objects.values_list("pk", flat=True).first() or "")}


# Doors through which everyone who is signed in looks
LOOKING = """
/notifications/ /notifications/panel /notifications/bell /notifications/settings/
/notifications/subscriptions/add /notifications/channels/add
/notifications/channels/{pk}/remove /notifications/channels/{pk}/tests/{message}
/feedback/ /feedback/give
/api/v1/notifications/ /api/v1/notifications/settings/ /api/v1/subscriptions/ /api/v1/mutes/
/api/v1/channels/ /api/v1/channels/{pk}/ /api/v1/channels/{pk}/tests/{message}/
/api/v1/feedback/
"""
SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
HERS = ("mira",)
MAINTAINERS = ("ines", "priya")
PLATFORM = ("priya",)


def _says(**body: Any) -> Any:
    return lambda _: body


FOLLOW = _says(component="carrier-punctuality")
CHANNEL = _says(team="airline-data", title="Another", address=WEBHOOK)
HELPED = _says(thumb="up", page="portal:home", sentence="Found it at once.")
ADDRESS = _says(address="new@example.com")
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /notifications/{pk}/": (HERS, None),
    "GET /notifications/outbox/": (PLATFORM, None),
    "GET /notifications/settings/confirm": (SIGNED_IN, None),
    "GET /feedback/{pk}/handle": ((*HERS, *PLATFORM), None),
    "GET /api/v1/notifications/{pk}/": (HERS, None),
    "GET /api/v1/subscriptions/{pk}/": (HERS, None),
    "GET /api/v1/messages/": (PLATFORM, None),
    "GET /api/v1/messages/{pk}/": (PLATFORM, None),
    "GET /api/v1/feedback/{pk}/": ((*HERS, *PLATFORM), None),
    "POST /notifications/read": (SIGNED_IN, None),
    "POST /notifications/{pk}/read": (HERS, None),
    "POST /notifications/components/{name}/mute": (SIGNED_IN, None),
    "POST /notifications/components/{name}/unmute": (SIGNED_IN, None),
    "POST /notifications/settings/": (SIGNED_IN, _says(mail="hourly")),
    "POST /notifications/settings/address": (SIGNED_IN, ADDRESS),
    "POST /notifications/settings/confirm": (SIGNED_IN, _says(token="cut")),
    "POST /notifications/subscriptions/add": (SIGNED_IN, FOLLOW),
    "POST /notifications/subscriptions/{pk}/remove": (HERS, None),
    "POST /notifications/channels/add": (MAINTAINERS, CHANNEL),
    "POST /notifications/channels/{pk}/remove": (MAINTAINERS, _says(yes="yes")),
    "POST /notifications/channels/{pk}/test": (MAINTAINERS, None),
    "POST /notifications/outbox/{pk}/again": (PLATFORM, None),
    "POST /feedback/give": (SIGNED_IN, HELPED),
    "POST /feedback/{pk}/handle": (PLATFORM, _says(answer="It stands in the fold.")),
    "POST /api/v1/notifications/read/": (SIGNED_IN, None),
    "POST /api/v1/notifications/{pk}/read/": (HERS, None),
    "POST /api/v1/notifications/settings/": (SIGNED_IN, _says(mail="hourly")),
    "POST /api/v1/notifications/address/": (SIGNED_IN, ADDRESS),
    "POST /api/v1/notifications/confirm/": (SIGNED_IN, _says(token="cut")),
    "POST /api/v1/subscriptions/": (SIGNED_IN, FOLLOW),
    "DELETE /api/v1/subscriptions/{pk}/": (HERS, None),
    "POST /api/v1/mutes/": (SIGNED_IN, FOLLOW),
    "DELETE /api/v1/mutes/{name}/": (SIGNED_IN, None),
    "POST /api/v1/channels/": (MAINTAINERS, CHANNEL),
    "DELETE /api/v1/channels/{pk}/": (MAINTAINERS, None),
    "POST /api/v1/channels/{pk}/test/": (MAINTAINERS, None),
    "POST /api/v1/messages/{pk}/again/": (PLATFORM, None),
    "POST /api/v1/feedback/": (SIGNED_IN, HELPED),
    "POST /api/v1/feedback/{pk}/handle/": (PLATFORM, _says(answer="It stands in the fold.")),
}
# No mail server is set up in tests, so nothing was sent that could be confirmed.
NOT_THERE = {
    "POST /notifications/settings/address",
    "POST /notifications/settings/confirm",
    "POST /api/v1/notifications/address/",
    "POST /api/v1/notifications/confirm/",
}
OTHERWISE_REFUSED = {
    *NOT_THERE,
    "GET /notifications/settings/confirm",
    "POST /notifications/components/{name}/unmute",  # only ines has muted it
    "DELETE /api/v1/mutes/{name}/",
}
# Reading what one is told, and an opinion, change nothing for anyone else.
UNREMARKED = {
    "POST /notifications/read",
    "POST /notifications/{pk}/read",
    "POST /feedback/give",
    "POST /api/v1/notifications/read/",
    "POST /api/v1/notifications/{pk}/read/",
    "POST /api/v1/feedback/",
}
KEPT = {
    "channel.add": ["POST /notifications/channels/add", "POST /api/v1/channels/"],
    "channel.remove": [
        "POST /notifications/channels/{pk}/remove",
        "DELETE /api/v1/channels/{pk}/",
    ],
    "channel.test": ["POST /notifications/channels/{pk}/test", "POST /api/v1/channels/{pk}/test/"],
}
LEAVES = {
    "notification.unmute": [
        "POST /notifications/components/{name}/unmute",
        "DELETE /api/v1/mutes/{name}/",
    ],
    "notification.settings": [
        "POST /notifications/settings/",
        "POST /api/v1/notifications/settings/",
    ],
    "notification.send_again": [
        "POST /notifications/outbox/{pk}/again",
        "POST /api/v1/messages/{pk}/again/",
    ],
    "subscription.add": ["POST /notifications/subscriptions/add", "POST /api/v1/subscriptions/"],
    "subscription.remove": [
        "POST /notifications/subscriptions/{pk}/remove",
        "DELETE /api/v1/subscriptions/{pk}/",
    ],
    "feedback.handle": ["POST /feedback/{pk}/handle", "POST /api/v1/feedback/{pk}/handle/"],
}
# Muting twice is muting once, and leaves one entry: tests of the operation look at it.
UNREMARKED |= {"POST /notifications/components/{name}/mute", "POST /api/v1/mutes/"}
