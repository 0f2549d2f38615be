"""Where teams read together: addresses that are understood, kept secret, and lead outside only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from portal import secrets
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.notifications import addresses, operations, queries
from portal.notifications.channels.base import ChannelError
from portal.notifications.channels.chat import Chat
from portal.notifications.models import Channel, Message, Subscription
from portal.notifications.work import parcel
from portal.rotation import operations as rotation
from tests.portal.notifications.conftest import Fails, post, send_due
from tests.receivers import TOKEN, Mattermost

pytestmark = pytest.mark.django_db


def connected(
    mattermost: Mattermost, people: dict[str, User], team: Team, now: datetime
) -> Channel:
    return operations.add_channel(
        team=team, title="Data", address=mattermost.webhook, by=people["ines"], now=now
    )


def try_out(channel: Channel, people: dict[str, User], now: datetime) -> Message:
    message = operations.test_channel(channel=channel, by=people["ines"], now=now)
    send_due(now)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(
    ("text", "service", "host", "url"),
    [
        (
            f"https://chat.example.com/hooks/{TOKEN}",
            *("Mattermost", "chat.example.com", f"mmosts://chat.example.com/{TOKEN}"),
        ),
        (
            f"http://chat.example.com:8065/mm/hooks/{TOKEN}?channel=data&verify=no&icon_url=x",
            *("Mattermost", "chat.example.com"),
            f"mmost://chat.example.com:8065/mm/{TOKEN}?channel=data",
        ),
        (
            f" mattermosts://chat.example.com/{TOKEN}?redirect=yes&channel=data ",
            *("Mattermost", "chat.example.com", f"mmosts://chat.example.com/{TOKEN}?channel=data"),
        ),
        ("slack://T1/B2/C3", "Slack", "", "slack://T1/B2/C3"),
        (
            "https://hooks.slack.com/services/T1/B2/C3",
            *("Slack", "hooks.slack.com", "https://hooks.slack.com/services/T1/B2/C3"),
        ),
        ("pagerduty://KEY@API", "PagerDuty", "", "pagerduty://KEY@API"),
    ],
)
def test_an_address_is_understood_as_it_is_pasted(
    text: str, service: str, host: str, url: str
) -> None:
    found = addresses.read(text)
    assert (found.service.label, found.host, found.url) == (service, host, url)
    assert addresses.read(url) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "chat.example.com", "https://example.com/", "file:///etc/passwd", "mmosts://"),
        *("json://10.0.0.1/x", "mailto://a:b@example.com", "syslog://", "https://[::1", "a b://c"),
        *("http://hooks.slack.com/services/T1/B2/C3", "exec://rm", "mmosts://a:port/b"),
    ],
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused) as refused:
        addresses.read(text)
    assert refused.value.field == "address"
    assert refused.value.message.endswith(".")


def test_a_maintainer_connects_it_and_the_address_is_never_seen_again(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost
) -> None:
    with pytest.raises(NotAllowed):
        operations.add_channel(
            team=airline_data, title="", address=mattermost.webhook, by=people["mira"], now=now
        )
    channel = connected(mattermost, people, airline_data, now)
    assert TOKEN.encode() not in bytes(channel.address)
    assert TOKEN in secrets.decrypt(channel.address)
    assert {"run.failed", "delivery.failed"} <= set(
        Subscription.objects.filter(channel=channel, team=airline_data).values_list(
            "kind", flat=True
        )
    )
    assert TOKEN not in str(list(Entry.objects.values()))
    with pytest.raises(Refused):
        connected(mattermost, people, airline_data, now)


def test_channels_are_narrowed_down_to_a_team_over_the_api(
    people: dict[str, User],
    airline_data: Team,
    now: datetime,
    mattermost: Mattermost,
    program: Callable[..., APIClient],
) -> None:
    connected(mattermost, people, airline_data, now)
    for team, number in (("airline-data", 1), ("finance-data", 0), ("", 1)):
        found = program("mira").get("/api/v1/channels/", {"team": team}).json()["results"]
        assert len(found) == number, team


def test_the_channel_hears_once_what_failed_since_when_and_where(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost,
    fails: Fails, works: Callable[[datetime], None],
) -> None:  # fmt: skip
    connected(mattermost, people, airline_data, now)
    for minute in range(5):
        fails(now + timedelta(minutes=minute), "Tell @channel.")
        post(now + timedelta(minutes=minute))
    (text,) = [post["text"] for post in mattermost.posts]
    assert "carrier-punctuality fails in production" in text
    assert "Since 20 Nov 06:00 UTC, 1 run." in text
    assert "http://localhost:8000/runs/12/" in text
    assert "@channel" not in text  # nobody is called by what stands in a message
    assert mattermost.posts[0]["username"] == "Slipway"
    works(now + timedelta(hours=2))
    post(now + timedelta(hours=2))
    assert "works again in production after 2 h" in mattermost.posts[1]["text"]


def test_a_test_message_says_in_words_how_it_went(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost
) -> None:
    channel = connected(mattermost, people, airline_data, now)
    assert try_out(channel, people, now).state == Message.State.SENT
    assert "A test by Ines Costa" in mattermost.posts[0]["text"]
    mattermost.answers[:] = [(404, {})]
    failed = try_out(channel, people, now)
    assert failed.state == Message.State.DEAD  # someone waits for the answer: it is not tried again
    assert failed.message == (
        "Mattermost at 127.0.0.1 answered 404. Was the webhook, or its channel, removed there? "
        "Then make a new one."
    )
    assert queries.last_messages([channel]) == {channel.pk: failed}


def test_six_tests_a_minute_are_enough(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost
) -> None:
    channel = connected(mattermost, people, airline_data, now)
    for _ in range(6):
        operations.test_channel(channel=channel, by=people["ines"], now=now)
    with pytest.raises(Refused):
        operations.test_channel(channel=channel, by=people["ines"], now=now)


@pytest.mark.parametrize("reach", ["public", "internal"])
def test_nothing_is_sent_inside(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost,
    settings: Settings, reach: str,
) -> None:  # fmt: skip
    settings.CHANNEL_REACH = reach
    channel = connected(mattermost, people, airline_data, now)
    failed = try_out(channel, people, now)
    assert failed.message == (
        "Mattermost at 127.0.0.1 leads to 127.0.0.1, which is this machine itself, so nothing is "
        "sent there. Whoever runs Slipway can allow more in SLIPWAY_CHANNEL_REACH."
    )
    assert mattermost.posts == []


def test_a_name_that_leads_inside_is_no_way_in(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost,
    settings: Settings,
) -> None:  # fmt: skip
    settings.CHANNEL_REACH = "public"
    channel = operations.add_channel(
        team=airline_data, title="", by=people["ines"], now=now,
        address=mattermost.webhook.replace("127.0.0.1", "localhost"),
    )  # fmt: skip
    assert "this machine itself" in try_out(channel, people, now).message
    assert mattermost.posts == []


def test_a_redirect_is_not_followed(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost
) -> None:
    channel = connected(mattermost, people, airline_data, now)
    mattermost.answers[:] = [(307, {"Location": f"/hooks/{TOKEN}"})]
    failed = try_out(channel, people, now)
    assert "answered 307. It sends on to another address." in failed.message
    assert mattermost.posts == []


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (429, False), (403, True)])
def test_an_answer_says_whether_trying_again_can_help(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost,
    status: int, permanent: bool,
) -> None:  # fmt: skip
    channel = connected(mattermost, people, airline_data, now)
    message = operations.test_channel(channel=channel, by=people["ines"], now=now)
    mattermost.answers[:] = [(status, {})]
    with pytest.raises(ChannelError) as error:
        Chat().send(parcel(message))
    assert error.value.permanent is permanent
    assert TOKEN not in error.value.message


def test_a_channel_that_is_removed_takes_its_address_along(
    people: dict[str, User], airline_data: Team, now: datetime, mattermost: Mattermost, fails: Fails
) -> None:
    channel = connected(mattermost, people, airline_data, now)
    fails(now)
    operations.fold(now=now)
    assert Message.objects.count() == 1
    with pytest.raises(NotAllowed):
        operations.remove_channel(channel=channel, by=people["hannah"], now=now)
    operations.remove_channel(channel=channel, by=people["tomas"], now=now)
    assert not Message.objects.exists()
    assert not Subscription.objects.exists()
    with pytest.raises(Moved):
        operations.remove_channel(channel=channel, by=people["tomas"], now=now)


def test_an_address_is_written_anew_with_another_key(
    people: dict[str, User],
    airline_data: Team,
    now: datetime,
    mattermost: Mattermost,
    settings: Settings,
) -> None:
    channel = connected(mattermost, people, airline_data, now)
    settings.ENCRYPTION_KEYS = ["another key", *settings.ENCRYPTION_KEYS]
    assert rotation.rotate(by=None, now=now) == 1
    settings.ENCRYPTION_KEYS = ["another key"]
    channel.refresh_from_db()
    assert TOKEN in secrets.decrypt(channel.address)
