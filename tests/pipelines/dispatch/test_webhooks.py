"""Events to a receiver that loses, breaks and delays: what was sent is not what was applied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from deployments.releases import operations as releases
from pipelines.connections import hooks
from pipelines.connections import operations as connections
from pipelines.connections.models import Binding, Destination
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.dispatch import operations, work
from pipelines.runs import artifacts
from portal import failpoints, secrets
from portal.accounts.models import User
from portal.errors import Refused
from portal.models import Entry
from tests.pipelines.dispatch.conftest import ALLOWED, KEY, Sent, delivering, send
from tests.pipelines.factories import House, later
from tests.receiver import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def converted(house: House, hook: Destination, run_once: Sent, now: datetime) -> Sent:
    """The same of real rows, as CSV."""
    house.live(delivering({"destination": "acme-hook", "format": "csv"}), now=now)
    return run_once


def of(delivery: Delivery, receiver: Running) -> list[dict[str, Any]]:
    """The whole requests that came of it."""
    return [each for each in receiver.ledger()["whole"] if delivery.pk.hex in each["id"]]


def last(delivery: Delivery) -> DeliveryAttempt:
    return delivery.attempts.order_by("-number")[0]


def test_an_event_is_signed_and_says_where_it_comes_from(
    house: House, converted: Sent, receiver: Running, now: datetime
) -> None:
    delivery = send(converted(), now)
    assert delivery.state == Delivery.State.DELIVERED, delivery.message
    (request,) = of(delivery, receiver)
    assert request["id"] == f"msg_{delivery.pk.hex}_1"
    assert receiver.ledger()["refused"] == []
    assert f"sha256:{request['sha256']}" == delivery.checksum
    fields = request["fields"]
    assert fields["content-type"] == "text/csv; charset=utf-8; header=present"
    assert fields["host"] == receiver.url.split("/")[2]
    assert fields["slipway-component"] == "carrier-punctuality"
    assert fields["slipway-run"] == str(delivery.run_id)
    assert fields["slipway-rows"] == "7"
    assert delivery.path == ""
    assert delivery.location == hooks.shown(receiver.url)
    attempt = last(delivery)
    assert (attempt.status_code, attempt.excerpt) == (204, "")
    assert attempt.answered_in is not None
    assert attempt.left_at == now


@pytest.mark.parametrize("way", ["lose", "break", "500", "503"])
def test_what_failed_is_repeated_with_the_same_id_and_bytes_and_applied_once(
    event: Sent, receiver: Running, now: datetime, way: str
) -> None:
    receiver.plan(way, way)
    delivery = event()
    for minute in range(3):
        send(delivery, later(now, 60 * minute))
    assert delivery.state == Delivery.State.DELIVERED
    sent = of(delivery, receiver)
    assert len({(each["id"], each["sha256"]) for each in sent}) == 1
    assert len(sent) == (1 if way == "break" else 3)  # half a request is none
    ledger = receiver.ledger()
    assert list(ledger["applied"]).count(sent[0]["id"]) == 1
    assert ledger["conflicts"] == []


def test_what_was_converted_is_kept_until_it_is_through(
    converted: Sent, receiver: Running, now: datetime
) -> None:
    receiver.plan("503")
    delivery = send(converted(), now)
    (kept,) = artifacts.absolute("outgoing").iterdir()
    made_at = kept.stat().st_mtime_ns
    receiver.plan("lose")
    send(delivery, later(now, 60))
    assert kept.stat().st_mtime_ns == made_at
    assert send(delivery, later(now, 120)).state == Delivery.State.DELIVERED
    assert not kept.exists()


def test_an_answer_that_is_lost_is_said_to_be_unknown(
    event: Sent, receiver: Running, now: datetime
) -> None:
    receiver.plan("lose")
    delivery = send(event(), now)
    assert delivery.state == Delivery.State.QUEUED
    assert "Whether it was applied is not known: the same is sent again" in delivery.message
    assert last(delivery).left_at == now
    assert delivery.next_at is not None
    assert delivery.next_at > now


def test_it_waits_as_long_as_it_is_asked_to(event: Sent, receiver: Running, now: datetime) -> None:
    receiver.plan("429")
    delivery = send(event(), now)
    assert delivery.next_at == now + timedelta(seconds=120)
    assert delivery.message == "It could not take it now (429) and wants us to wait."
    assert last(delivery).status_code == 429


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("400", "It refused what was sent (400). It said: “error: no column fare”."),
        ("410", "The client has switched it off: ask them, then bind it anew (410)."),
        ("413", "It does not take that much at once (413)."),
        ("redirect", "It answered 307 and sent us on to 169.254.169.254. Redirects are not"),
    ],
)
def test_what_can_not_help_is_not_repeated(
    event: Sent, receiver: Running, now: datetime, way: str, words: str
) -> None:
    receiver.plan(way)
    delivery = send(event(), now)
    assert delivery.state == Delivery.State.FAILED
    assert delivery.message.startswith(words)
    assert "abc" not in last(delivery).excerpt  # the token in the answer


def test_a_wrong_secret_is_told(
    house: House, hook: Destination, event: Sent, people: dict[str, User], now: datetime
) -> None:
    delivery = event()
    Binding.objects.filter(destination=hook).update(secret=secrets.encrypt("whsec_" + "REVG" * 10))
    assert send(delivery, now).state == Delivery.State.FAILED
    assert delivery.message == "It does not know us: the secret is another one there (401)."


def test_a_secret_that_no_key_reads_is_told_and_waits_until_its_key_is_put_back(
    event: Sent, now: datetime, settings: Settings
) -> None:
    delivery, keys = event(), settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["another"]
    waiting = send(delivery, now)
    assert waiting.state == Delivery.State.QUEUED
    assert "was written with a key that Slipway does not have. Say the secret" in waiting.message
    settings.ENCRYPTION_KEYS = keys
    assert send(waiting, later(now, 3600)).state == Delivery.State.DELIVERED


def test_a_former_secret_that_no_key_reads_hinders_nothing(
    hook: Destination, event: Sent, now: datetime, settings: Settings
) -> None:
    delivery, keys = event(), settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["another"]
    former = secrets.encrypt(KEY)
    settings.ENCRYPTION_KEYS = keys
    Binding.objects.filter(destination=hook).update(
        former_secret=former, former_until=later(now, 10**9)
    )
    assert send(delivery, now).state == Delivery.State.DELIVERED


def test_both_secrets_sign_while_one_is_replaced(
    house: House, hook: Destination, event: Sent, people: dict[str, User], receiver: Running,
    now: datetime,
) -> None:  # fmt: skip
    connections.bind(
        thing=hook, environment=house.environment, address=receiver.url, by=people["priya"],
        now=now, secret="whsec_" + "REVG" * 10,
    )  # fmt: skip
    Binding.objects.filter(destination=hook).update(former_until=later(now, 10**9))
    assert send(event(), now).state == Delivery.State.DELIVERED  # the receiver has the former one
    Binding.objects.filter(destination=hook).update(former_until=now - timedelta(days=3650))
    assert send(event(key="b"), now).state == Delivery.State.FAILED


def test_a_private_address_is_refused_unless_the_binding_allows_it(
    house: House, hook: Destination, event: Sent, now: datetime
) -> None:
    Binding.objects.filter(destination=hook).update(options={"allow_http": True})
    delivery = send(event(), now)
    assert delivery.state == Delivery.State.FAILED
    assert delivery.message.startswith("127.0.0.1 is this machine itself.")
    Binding.objects.filter(destination=hook).update(options={"allow_private": True})
    assert "is not encrypted" in send(event(key="b"), now).message


def test_more_than_the_binding_allows_is_not_sent(
    house: House, hook: Destination, event: Sent, receiver: Running, now: datetime
) -> None:
    Binding.objects.filter(destination=hook).update(options={**ALLOWED, "megabytes": 0})
    delivery = send(event(), now)
    assert delivery.state == Delivery.State.FAILED
    assert "and at most 0 MB may be sent there at once" in delivery.message
    assert of(delivery, receiver) == []


def test_an_older_run_is_an_event_too(event: Sent, receiver: Running, now: datetime) -> None:
    old, new = event(), event(later(now, 9), key="b")
    send(new, later(now, 10))
    assert send(old, later(now, 11)).state == Delivery.State.DELIVERED
    assert (old.replaced_by, new.replaced_by) == (None, None)
    older, newer = (of(each, receiver)[0]["fields"]["slipway-rank"] for each in (old, new))
    assert older < newer  # by which a receiver can tell


def test_delivering_again_is_another_event(
    house: House, event: Sent, receiver: Running, now: datetime
) -> None:
    first = send(event(), now)
    again = deliveries.again(
        delivery=first, by=house.developer, now=later(now, 5), reason="They lost it"
    )
    send(again, later(now, 6))
    assert [each["id"] for each in of(again, receiver)] == [f"msg_{again.pk.hex}_2"]


def test_what_is_rejected_before_the_last_byte_is_never_whole(
    house: House, event: Sent, receiver: Running, now: datetime
) -> None:
    delivery = event()
    held = operations.claim(delivery_id=str(delivery.pk), worker="test", now=now)
    assert held
    bad = house.release_of(delivery.version)
    releases.reject(release=bad, reason="Wrong", by=house.approver, now=now)
    work.send(held, lambda: now)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.HELD
    assert of(delivery, receiver) == []


def test_what_was_taken_just_before_a_rejection_is_not_called_held(
    house: House, event: Sent, receiver: Running, now: datetime
) -> None:
    delivery = event()
    held = operations.claim(delivery_id=str(delivery.pk), worker="test", now=now)
    assert held
    failpoints.arm("pipelines.delivery.answered=error")
    with pytest.raises(failpoints.Failed):
        work.send(held, lambda: now)
    bad = house.release_of(delivery.version)
    releases.reject(release=bad, reason="Wrong", by=house.approver, now=now)
    operations.taken(claim=held, heard=operations.NOTHING_HEARD, now=now)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DELIVERED
    assert delivery.message == "It had reached the client just before its version was rejected."


def test_bytes_that_would_differ_are_not_sent_under_the_same_id(
    converted: Sent, receiver: Running, now: datetime
) -> None:
    receiver.plan("lose")
    delivery = send(converted(), now)
    (kept,) = artifacts.absolute("outgoing").iterdir()
    kept.write_text("other")
    assert send(delivery, later(now, 60)).state == Delivery.State.FAILED
    assert "not what was sent under the same id before" in delivery.message
    assert len(of(delivery, receiver)) == 1


def test_a_receiver_that_does_all_of_it_applies_each_event_once(
    event: Sent, receiver: Running, now: datetime
) -> None:
    """Losing, breaking, delaying and failing at random, until all are through."""
    receiver.plan(seed=11)
    before = len(receiver.ledger()["applied"])
    events = [event(key=f"k{n}", content=f"rows {n}".encode()) for n in range(8)]
    at = now
    for _ in range(60):
        at += timedelta(minutes=20)
        open_ones = [e for e in events if send(e, at).state != Delivery.State.DELIVERED]
        if not open_ones:
            break
    assert {each.state for each in events} == {Delivery.State.DELIVERED}
    ledger = receiver.ledger()
    assert len(ledger["applied"]) - before == 8
    assert ledger["conflicts"] == []
    sent = [each for event_ in events for each in of(event_, receiver)]
    assert len(sent) > 8  # more came than was applied
    assert sum(each.attempts.count() for each in events) >= len(sent)


def test_allowing_a_private_address_stands_in_the_audit(hook: Destination) -> None:
    entry = Entry.objects.filter(verb="binding.set").latest("id")
    assert entry.after["options"] == ALLOWED
    assert KEY not in str(entry.after)


def test_a_transformation_can_not_name_a_path_at_a_webhook(
    house: House, hook: Destination, now: datetime
) -> None:
    content = delivering({"destination": "acme-hook", "format": "csv", "path": "a.csv"})
    with pytest.raises(Refused, match="A webhook has no paths"):
        house.register(content, now=now)
