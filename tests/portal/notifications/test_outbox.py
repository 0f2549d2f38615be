"""The outbox: claimed by one, tried again, given up, taken back; sent twice only where it must."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Thread

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection
from pytest_django import Settings

from portal import failpoints
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed
from portal.notifications import operations, pacing, queries, work
from portal.notifications.models import Message, Preference
from portal.notifications.operations import outbox, writing
from tests.patience import wait_for
from tests.portal.notifications.conftest import Fails, confirmed, post, send_due
from tests.portal_places import empty_redis
from tests.receivers import Mailbox

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=outbox.LEASES * django_settings.LEASE_SECONDS)


@pytest.fixture
def message(fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox) -> Message:
    """A mail to ines that is due."""
    confirmed(people["ines"])
    fails(now)
    operations.fold(now=now)
    return Message.objects.get()


def send(message: Message, at: datetime) -> Message:
    work.send(message_id=str(message.pk), clock=lambda: at)
    message.refresh_from_db()
    return message


def test_sending_twice_is_sending_once(message: Message, now: datetime, mailbox: Mailbox) -> None:
    assert send(message, now).state == Message.State.SENT
    send(message, now + MINUTE)
    assert len(mailbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_sends_it(message: Message, now: datetime, mailbox: Mailbox) -> None:
    def run() -> None:
        held = outbox.claim(message_id=str(message.pk), now=now)
        claims.append(held)
        connection.close()

    claims: list[outbox.Claim | None] = []
    workers = [Thread(target=run) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len([held for held in claims if held]) == 1
    assert len(claims) == 4


def test_a_server_that_is_busy_is_tried_again_later(
    message: Message, now: datetime, mailbox: Mailbox
) -> None:
    mailbox.answers[:] = ["451 busy, come back"]
    tried = send(message, now)
    assert (tried.state, tried.tries) == (Message.State.QUEUED, 1)
    assert "451" in tried.message
    assert "busy" in tried.message
    assert tried.next_at
    assert now < tried.next_at <= now + pacing.BASE
    assert send(message, tried.next_at).state == Message.State.SENT


def test_what_is_refused_for_good_is_given_up_at_once(
    message: Message, now: datetime, mailbox: Mailbox, people: dict[str, User]
) -> None:
    mailbox.answers[:] = ["550 we take no mail from there"]
    assert send(message, now).state == Message.State.DEAD
    assert queries.outbox().get() == message


def test_a_mail_server_that_is_away_costs_time_and_nothing_else(
    message: Message, now: datetime, mailbox: Mailbox, settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    at = now
    for _ in range(6):
        tried = send(message, at)
        assert "does not answer" in tried.message
        assert tried.next_at
        at = tried.next_at
    assert at - now > 5 * MINUTE
    settings.EMAIL_PORT = port
    assert send(message, at).state == Message.State.SENT


def test_after_the_last_try_it_is_given_up_and_the_platform_can_send_it_again(
    message: Message, now: datetime, mailbox: Mailbox, people: dict[str, User]
) -> None:
    Message.objects.update(tries=pacing.MAX_TRIES - 1)
    mailbox.answers[:] = ["451 busy"]
    dead = send(message, now)
    assert dead.state == Message.State.DEAD
    with pytest.raises(NotAllowed):
        operations.send_again(message=dead, by=people["ines"], now=now)
    operations.send_again(message=dead, by=people["priya"], now=now)
    assert Entry.objects.filter(verb="notification.send_again", actor=people["priya"]).exists()
    with pytest.raises(Moved):
        operations.send_again(message=dead, by=people["priya"], now=now)
    assert send(message, now).state == Message.State.SENT


def test_while_the_server_is_away_the_others_wait_as_well(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox, settings: Settings
) -> None:
    confirmed(people["ines"], people["tomas"], people["mira"])
    settings.EMAIL_PORT = 9
    fails(now)
    post(now)
    assert sorted(Message.objects.values_list("tries", flat=True)) == [0, 0, 1]
    assert not Message.objects.filter(next_at__lte=now).exists()


@pytest.mark.parametrize("point", ["portal.message.claimed", "portal.message.sent"])
def test_a_worker_that_dies_leaves_a_lease_and_the_mail_keeps_its_identity(
    message: Message, now: datetime, mailbox: Mailbox, point: str
) -> None:
    failpoints.arm(f"{point}=error")
    with pytest.raises(failpoints.Failed):
        send(message, now)
    Message.objects.filter(pk=message.pk).update(state="sending", lease_until=now + LEASE)
    post(now + MINUTE)
    operations.sweep(now=now + LEASE + MINUTE)
    send_due(now + LEASE + MINUTE)
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    # Only between sending and writing "sent" may it go out twice: the same mail, word for word.
    assert len(mailbox.mails) == (2 if point.endswith("sent") else 1)
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1
    assert len({mail["Date"] for mail in mailbox.mails}) == 1


def test_a_worker_that_wakes_late_writes_nothing(message: Message, now: datetime) -> None:
    held = outbox.claim(message_id=str(message.pk), now=now)
    assert held
    operations.sweep(now=now + LEASE + MINUTE)
    assert outbox.claim(message_id=str(message.pk), now=now + LEASE + MINUTE)
    outbox.failed(claim=held, message="late", is_permanent=True, now=now)
    assert not outbox.sent(claim=held, now=now)
    message.refresh_from_db()
    assert (message.state, message.attempt) == (Message.State.SENDING, 2)


@pytest.mark.usefixtures("no_messages")
def test_a_message_whose_word_was_lost_is_sent_by_the_sweeper(
    message: Message, now: datetime
) -> None:
    assert outbox.sweep(now=now + timedelta(seconds=2)) == 0
    later = now + timedelta(seconds=django_settings.RESEND_SECONDS + 1)

    def swept() -> int:
        empty_redis(django_settings.REDIS_URL)  # what an earlier test said may come only now
        return outbox.sweep(now=later)

    wait_for(lambda: swept() == 1)
    message.refresh_from_db()
    assert message.next_at == later


@pytest.mark.usefixtures("no_messages")
def test_while_others_wait_before_it_the_sweeper_has_patience(
    message: Message, now: datetime
) -> None:
    current_app.send_task(writing.SEND, kwargs={"message_id": "of another"}, ignore_result=True)
    patience = timedelta(seconds=12 * django_settings.RESEND_SECONDS)
    assert outbox.sweep(now=now + patience - timedelta(seconds=1)) == 0
    assert outbox.sweep(now=now + patience) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: Preference.objects.filter(user=user).update(confirmed_at=None),
        lambda user: Preference.objects.filter(user=user).update(mail="never"),
    ],
    ids=["switched off", "another address", "no mail"],
)
def test_what_nobody_wants_any_more_is_not_sent(
    message: Message, now: datetime, people: dict[str, User], mailbox: Mailbox,
    change: Callable[[User], object],
) -> None:  # fmt: skip
    change(people["ines"])
    assert send(message, now).state == Message.State.DROPPED
    assert message.message
    assert mailbox.mails == []


def test_no_mail_is_written_where_no_server_is_set_up(
    fails: Fails, now: datetime, people: dict[str, User]
) -> None:
    confirmed(people["ines"])
    fails(now)
    operations.fold(now=now)
    assert not Message.objects.exists()
    assert queries.unread(people["ines"]) == 1


def test_two_hanging_servers_are_the_most_that_a_process_waits_for(
    message: Message, now: datetime, mailbox: Mailbox
) -> None:
    places = [work._places.acquire(blocking=False) for _ in range(3)]
    assert places == [True, True, False]
    assert send(message, now).state == Message.State.QUEUED
    for _ in range(2):
        work._places.release()
    assert send(message, now).state == Message.State.SENT


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_each_reader_gets_each_word_once(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox, seed: int,
    works: Callable[[datetime], None],
) -> None:  # fmt: skip
    """A random day: deaths at every point, a busy server, sweeps that come when they like."""
    chance = random.Random(seed)
    readers = ["ines", "tomas", "mira"]
    confirmed(*(people[name] for name in readers))
    fails(now)
    at = now
    for _ in range(24):
        at += timedelta(seconds=chance.choice([1, 20, 200]))
        if chance.random() < 0.2:
            point = chance.choice(["events.folded", "message.claimed", "message.sent"])
            failpoints.arm(f"portal.{point}=error")
        if chance.random() < 0.2:
            mailbox.answers[:] = ["451 busy"]
        step = chance.choice([operations.fold, operations.sweep, send_at])
        with suppress(failpoints.Failed):
            step(now=at)
        if at - now > timedelta(minutes=25):
            works(at)
    failpoints.arm("")
    mailbox.answers.clear()
    works(at + MINUTE)
    for minute in (2, 5, 10, 20, 40, 70):
        operations.sweep(now=at + minute * MINUTE)
        send_due(at + minute * MINUTE)
    states = set(Message.objects.values_list("state", flat=True))
    assert states == {Message.State.SENT}, list(Message.objects.values())
    seen = {(mail["To"].addresses[0].username, mail["Message-ID"]) for mail in mailbox.mails}
    words = {(mail["To"].addresses[0].username, mail["Subject"]) for mail in mailbox.mails}
    assert len(seen) == len(words) == 2 * len(readers)  # that it fails, and that it works again


def send_at(*, now: datetime) -> None:
    send_due(now)
