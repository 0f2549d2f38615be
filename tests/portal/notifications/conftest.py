"""A component to hear of, people with confirmed addresses, and servers that receive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pytest_django import Settings

from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.notifications import operations, work
from portal.notifications.models import Kind, Message, Preference
from tests import receivers
from tests.conftest import NOW
from tests.receivers import Mailbox, Mattermost


@pytest.fixture
def now() -> datetime:
    return NOW.replace(hour=6)


@pytest.fixture
def component(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="carrier-punctuality",
        team=airline_data,
        kind="transformation",
        by=people["mira"],
        now=NOW,
    )


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Mailbox]:
    with receivers.mailbox() as box:
        yield box


@pytest.fixture
def mailbox(mail_server: Mailbox, settings: Settings) -> Mailbox:
    """Mail is set up, and nothing has come yet."""
    mail_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.port
    return mail_server


@pytest.fixture(scope="session")
def chat_server() -> Iterator[Mattermost]:
    with receivers.mattermost() as chat:
        yield chat


@pytest.fixture
def mattermost(chat_server: Mattermost, settings: Settings) -> Mattermost:
    """On this machine, which the platform allows in tests only."""
    chat_server.clear()
    settings.CHANNEL_REACH = "any"
    return chat_server


def confirmed(*users: User, mail: str = Preference.Mail.AT_ONCE) -> None:
    """As if they had come back with what was sent to them."""
    for user in users:
        Preference.objects.create(
            user=user, address=f"{user.username}@example.com", confirmed_at=NOW, mail=mail
        )


Fails = Callable[..., None]


@pytest.fixture
def fails(component: Component) -> Fails:
    """A run of the component failed in production."""

    def fail(at: datetime, text: str = "Check `key` found 12 rows.", **more: object) -> None:
        given = {
            "kind": Kind.RUN_FAILED,
            "key": f"{component.name}:production",
            "subject": component.name,
            "component": component,
            "environment": "production",
            "text": text,
            "link": "/runs/12/",
            **more,
        }
        operations.notify(now=at, **given)

    return fail


@pytest.fixture
def works(component: Component) -> Callable[[datetime], None]:
    """A run of it ended well."""

    def work_again(at: datetime) -> None:
        operations.over(kind=Kind.RUN_FAILED, key=f"{component.name}:production", now=at)

    return work_again


def post(now: datetime) -> None:
    """What the workers do by then: fold what was written down, send what is due."""
    operations.fold(now=now)
    operations.remind(now=now)
    send_due(now)


def send_due(now: datetime) -> None:
    due = Message.objects.filter(state=Message.State.QUEUED, next_at__lte=now).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        work.send(message_id=str(pk), clock=lambda: now)
