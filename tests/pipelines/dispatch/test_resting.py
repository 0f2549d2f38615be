"""A destination that keeps failing rests: one try now and then, and the others wait."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipelines.connections.models import Destination
from pipelines.deliveries.models import Circuit, Delivery
from pipelines.dispatch import operations
from tests.pipelines.dispatch.conftest import Sent, send
from tests.pipelines.factories import House, later
from tests.receiver import Running

pytestmark = pytest.mark.django_db


def test_a_destination_that_keeps_failing_rests_and_the_others_wait(
    house: House, hook: Destination, event: Sent, receiver: Running, now: datetime
) -> None:
    receiver.plan(*["503"] * 5, "500")
    waiting = [event(key=f"k{n}") for n in range(6)]
    for delivery in waiting[:5]:
        send(delivery, later(now, 1))
    circuit = Circuit.objects.get()
    assert circuit.failures == 5
    assert circuit.tries_at is not None
    other = send(waiting[5], later(now, 2))
    assert (other.state, other.attempts.count()) == (Delivery.State.QUEUED, 0)
    assert other.message.startswith("acme-hook is paused since 14:00 UTC after 5 failures in a row")
    assert "The last one: It could not take it now (503)" in other.message
    first = send(waiting[0], circuit.tries_at)  # the one that may try; it fails once more
    circuit.refresh_from_db()
    assert (first.state, circuit.failures) == (Delivery.State.QUEUED, 6)
    assert circuit.tries_at is not None
    Delivery.objects.filter(pk=waiting[1].pk).update(next_at=now)
    done = send(waiting[1], circuit.tries_at)
    assert done.state == Delivery.State.DELIVERED
    assert not Circuit.objects.exists()
    at = circuit.tries_at + timedelta(seconds=1)
    assert {send(each, at).state for each in waiting} == {Delivery.State.DELIVERED}


def test_while_it_rests_nothing_is_given_up_for_days(
    event: Sent, receiver: Running, now: datetime
) -> None:
    receiver.plan(*["500"] * 12)
    delivery = event()
    at = now
    for _ in range(11):
        send(delivery, at)
        assert delivery.state == Delivery.State.QUEUED
        at = delivery.next_at or at
    assert delivery.tries == 11
    late = now + timedelta(days=3, minutes=1)
    Circuit.objects.update(tries_at=now)
    assert send(delivery, late).state == Delivery.State.FAILED


@pytest.mark.parametrize("ends", ["its worker dies", "its bytes can't be made"])
def test_nor_is_what_has_nothing_to_do_with_the_place_its_end(
    event: Sent, receiver: Running, now: datetime, ends: str
) -> None:
    receiver.plan(*["500"] * 9)
    delivery, at = event(), now
    for _ in range(9):
        send(delivery, at)
        at = delivery.next_at or at
    held = operations.claim(delivery_id=str(delivery.pk), worker="test", now=at)
    assert held is not None
    if ends == "its worker dies":
        operations.take_back(now=at + timedelta(hours=1))
    else:
        operations.fail(claim=held, message="A sandbox was lost.", permanent=False, now=at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (Delivery.State.QUEUED, 10)
