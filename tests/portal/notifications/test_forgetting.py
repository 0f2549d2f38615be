"""What is old is forgotten; what still goes on or is on its way is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from observability.metrics import notifications as metrics
from portal.accounts.models import User
from portal.ids import first_at
from portal.notifications import operations, queries
from portal.notifications.models import Matter, Message, Notice
from portal.notifications.waiting import needs_of
from tests.portal.notifications.conftest import Fails, confirmed, post
from tests.receivers import Mailbox

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_old_messages_and_matters_go(
    fails: Fails,
    works: Callable[[datetime], None],
    now: datetime,
    people: dict[str, User],
    mailbox: Mailbox,
) -> None:
    confirmed(people["ines"])
    fails(now)
    post(now)
    works(now + DAY)
    fails(now + 2 * DAY)
    post(now + 2 * DAY)
    ended, open_ = Matter.objects.order_by("pk")
    for matter, at in ((ended, now), (open_, now)):  # as if both were half a year old
        aged = first_at(at - 200 * DAY).int + matter.pk.int % 1000
        Message.objects.filter(matter=matter).update(matter=None)
        Notice.objects.filter(matter=matter).delete()
        Matter.objects.filter(pk=matter.pk).update(id=type(matter.pk)(int=aged))
    Matter.objects.exclude(over_at=None).update(over_at=now - 190 * DAY)
    assert operations.forget(now=now + 3 * DAY) == 1
    assert Matter.objects.get().is_open
    assert Message.objects.count() == 3
    assert operations.forget(now=now + 400 * DAY) == 3


def test_what_waits_and_what_was_given_up_is_measured_and_shown_to_the_platform(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    fails(now)
    figures = {figure.name: figure.value for figure in metrics.figures(now=now + DAY)}
    assert figures["events_unfolded"] == 1
    assert figures["events_unfolded_oldest_seconds"] == 86_400
    mailbox.answers[:] = ["550 no"]
    post(now)
    by_state = {
        figure.labels["state"]: figure.value
        for figure in metrics.figures(now=now)
        if figure.labels.get("kind") == "message"
    }
    assert by_state == {"queued": 0, "sending": 0, "dead": 1}
    assert needs_of(people["ines"], now) == []
    (need,) = needs_of(people["priya"], now)
    assert need.title == "1 notification could not be sent"
    assert queries.outbox("waiting").count() == 0
