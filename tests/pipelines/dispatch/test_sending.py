"""Sending: the whole file or none, never an older one, nothing that may not leave."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from deployments.releases import operations as releases
from pipelines.connections import operations as connections
from pipelines.deliveries import operations as deliveries_
from pipelines.deliveries.destinations.base import DestinationError, Prepared
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.dispatch import operations, parcels, work
from pipelines.execution import operations as execution
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal import failpoints
from portal.accounts import operations as accounts
from portal.accounts.models import Grant
from portal.errors import Moved, Refused
from portal.models import Entry
from tests.pipelines.factories import SQL, House, deliveries, file, later, staged

pytestmark = pytest.mark.django_db
PATH = "punctuality/1.parquet"


def ended(house: House, now: datetime, content: bytes = b"rows", key: str = "a") -> Delivery:
    """The delivery that a run of what is live left to do."""
    run = runs.start(
        transformation=house.component().transformation, environment=house.environment,
        parameters={}, by=house.developer, now=now, request_key=key,
    )  # fmt: skip
    held = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert held
    assert execution.succeed(claim=held, outcome=staged(held, content), now=now)
    return deliveries(run)[-1]


def send(delivery: Delivery, now: datetime) -> Delivery:
    work.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: now)
    delivery.refresh_from_db()
    return delivery


def test_the_record_says_what_stands_where(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = send(ended(house, now), now)
    assert delivery.state == Delivery.State.DELIVERED
    assert house.shown() == {PATH: b"rows"}
    assert delivery.location == str(house.drop / PATH)
    assert (delivery.rows, delivery.bytes) == (7, 4)
    assert delivery.checksum == f"sha256:{hashlib.sha256(b'rows').hexdigest()}"
    assert delivery.place.path == PATH


def test_sending_twice_is_sending_once(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = send(ended(house, now), now)
    assert send(delivery, later(now, 1)).attempts.count() == 1


def test_a_newer_run_replaces_the_file_and_the_older_record_says_so(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    old = send(ended(house, now, b"old"), now)
    new = send(ended(house, later(now, 9), b"new", key="b"), later(now, 9))
    old.refresh_from_db()
    assert house.shown() == {PATH: b"new"}
    assert old.replaced_by == new
    assert old.state == Delivery.State.DELIVERED  # it was, and stays on record


def test_an_older_run_never_overwrites_a_newer_one_however_late(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    old = ended(house, now, b"old")
    send(ended(house, later(now, 9), b"new", key="b"), later(now, 9))
    assert send(old, later(now, 99)).state == Delivery.State.SUPERSEDED
    assert house.shown() == {PATH: b"new"}


def test_a_worker_whose_attempt_was_taken_over_sends_nothing(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    late = operations.claim(delivery_id=str(delivery.pk), worker="late", now=now)
    assert late
    operations.sweep(now=later(now, 60))
    assert operations.claim(delivery_id=str(delivery.pk), worker="new", now=later(now, 60))
    work.send(late, lambda: later(now, 61))
    assert house.shown() == {}
    states = delivery.attempts.order_by("number").values_list("state", flat=True)
    assert list(states) == [DeliveryAttempt.State.LOST, DeliveryAttempt.State.SENDING]


def test_what_was_rejected_meanwhile_is_held_and_nothing_is_left_behind(
    house: House, now: datetime
) -> None:
    bad = house.live(now=now)
    delivery = ended(house, now)
    held = operations.claim(delivery_id=str(delivery.pk), worker="late", now=now)
    assert held
    releases.reject(release=house.release_of(bad), reason="Wrong", by=house.approver, now=now)
    work.send(held, lambda: now)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.HELD
    assert [path for path in house.drop.rglob("*") if path.is_file()] == []


def test_what_was_shown_just_before_it_was_rejected_is_not_called_held(
    house: House, now: datetime
) -> None:
    bad = house.live(now=now)
    delivery = ended(house, now)
    failpoints.arm("pipelines.delivery.published=error")  # as if killed before the record
    with pytest.raises(failpoints.Failed):
        send(delivery, now)
    releases.reject(release=house.release_of(bad), reason="Wrong", by=house.approver, now=now)
    work.clear(delivery_id=str(delivery.pk), clock=lambda: later(now, 1))
    delivery.refresh_from_db()
    assert house.shown() == {PATH: b"rows"}
    assert delivery.state == Delivery.State.DELIVERED
    assert delivery.message == "It had reached the client just before its version was rejected."


def test_when_the_rejection_is_lifted_it_goes_on(house: House, now: datetime) -> None:
    version = house.live(now=now)
    delivery = ended(house, now)
    release = house.release_of(version)
    releases.reject(release=release, reason="Wrong", by=house.approver, now=now)
    releases.lift(release=release, reason="It was right", by=house.approver, now=later(now, 5))
    assert send(delivery, later(now, 6)).state == Delivery.State.DELIVERED


def test_where_there_is_no_binding_it_is_not_delivered_in_words(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    connections.unbind(
        thing=house.destination, environment=house.environment, by=house.owner, now=now
    )
    delivery = ended(house, now)
    assert delivery.state == Delivery.State.UNBOUND
    assert delivery.message.startswith("acme-drop has no binding in staging")


def test_a_grant_that_was_taken_back_stops_it(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    grant = Grant.objects.get(kind="client", name="acme-travel")
    accounts.take_grant(grant=grant, owner=house.team, by=house.owner, now=now)
    assert send(delivery, now).state == Delivery.State.FAILED
    assert "airline-data may no longer use the client acme-travel" in delivery.message


def test_a_result_that_was_altered_is_not_sent(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    artifacts.absolute(delivery.result_path).write_bytes(b"other")
    assert send(delivery, now).state == Delivery.State.FAILED
    assert delivery.message == "The staged result is not the one that was verified. Run it again."
    assert house.shown() == {}


def test_a_place_that_can_t_be_written_now_is_tried_again(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    (house.drop / "punctuality").write_text("in the way")
    send(delivery, now)
    assert "can't be written to" in delivery.message
    (house.drop / "punctuality").unlink()
    if delivery.state == Delivery.State.QUEUED:
        assert send(delivery, later(now, 60)).state == Delivery.State.DELIVERED


def test_delivering_again_is_a_revision_with_a_reason(house: House, now: datetime) -> None:
    house.live(now=now)
    first = send(ended(house, now), now)
    second = deliveries_.again(
        delivery=first, by=house.developer, now=later(now, 5), reason="They lost it"
    )
    assert (second.revision, second.reason) == (2, "They lost it")
    (house.drop / PATH).unlink()
    send(second, later(now, 6))
    first.refresh_from_db()
    assert house.shown() == {PATH: b"rows"}
    assert first.replaced_by == second
    assert Entry.objects.get(verb="delivery.again").reason == "They lost it"


def test_an_old_result_delivered_again_while_its_run_is_run_again_takes_no_number_from_it(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    first = send(ended(house, now), now)
    run = Run.objects.get(pk=first.run_id)
    runs.again(
        run=run, with_version="live", by=house.developer, now=later(now, 5), reason="Corrected."
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=later(now, 6))
    assert claim is not None
    old = deliveries_.again(
        delivery=first, by=house.developer, now=later(now, 7), reason="They lost it."
    )
    assert execution.succeed(claim=claim, outcome=staged(claim, b"corrected"), now=later(now, 8))
    fresh = Delivery.objects.get(run=run, revision=3)
    send(fresh, later(now, 9))
    old.refresh_from_db()
    assert (old.revision, old.state) == (2, Delivery.State.SUPERSEDED)
    assert house.shown() == {PATH: b"corrected"}


def test_delivering_again_said_twice_is_done_once(house: House, now: datetime) -> None:
    house.live(now=now)
    first = send(ended(house, now), now)
    asked = {"delivery": first, "by": house.developer, "now": later(now, 5), "reason": "Lost."}
    deliveries_.again(**asked)
    with pytest.raises(Moved, match="is on its way already"):
        deliveries_.again(**asked)


def test_delivering_again_needs_a_reason_and_content_that_is_not_rejected(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    delivery = send(ended(house, now), now)
    with pytest.raises(Refused, match="Say why"):
        deliveries_.again(delivery=delivery, by=house.developer, now=now, reason="")
    releases.reject(
        release=house.release_of(version), reason="Wrong", by=house.approver, now=later(now, 1)
    )
    with pytest.raises(Refused, match="was rejected"):
        deliveries_.again(delivery=delivery, by=house.developer, now=now, reason="Please")


def test_a_run_says_nothing_of_deliveries_they_are_derived(house: House, now: datetime) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    before = Run.objects.values().get(pk=delivery.run_id)
    send(delivery, now)
    assert Run.objects.values().get(pk=delivery.run_id) == before


def test_rejected_content_keeps_nobody_out_however_new_it_is(house: House, now: datetime) -> None:
    house.live(now=now)
    old = send(ended(house, now, b"right"), now)
    bad = house.live(file(SQL + " HAVING count(*) > 0"), now=later(now, 5))
    send(ended(house, later(now, 9), b"wrong", key="b"), later(now, 9))
    releases.reject(
        release=house.release_of(bad), reason="Wrong", by=house.approver, now=later(now, 10)
    )
    again = deliveries_.again(
        delivery=old, by=house.developer, now=later(now, 11), reason="The right one back"
    )
    assert send(again, later(now, 12)).state == Delivery.State.DELIVERED
    assert house.shown() == {PATH: b"right"}


def test_a_destination_that_is_moved_meanwhile_gets_it_at_its_new_place(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    delivery = ended(house, now)
    held = operations.claim(delivery_id=str(delivery.pk), worker="test", now=now)
    assert held
    elsewhere = house.folder / "elsewhere"
    with pytest.raises(DestinationError, match="was moved"):
        move_while(house, held, str(elsewhere), now)
    operations.fail(claim=held, message="moved", permanent=False, now=now)
    assert send(delivery, later(now, 60)).state == Delivery.State.DELIVERED
    assert (elsewhere / PATH).read_bytes() == b"rows"
    assert house.shown() == {}


def move_while(house: House, claim: operations.Claim, address: str, now: datetime) -> None:
    """Bind the destination elsewhere between this try's preparation and its last question."""
    parcel = parcels.of(claim, Path())
    assert parcel
    connections.bind(
        thing=house.destination,
        environment=house.environment,
        address=address,
        by=house.owner,
        now=now,
    )
    operations.may_leave(claim=claim, parcel=parcel, prepared=Prepared("", "", 0, ""), now=now)


def test_what_a_lost_message_left_to_clear_is_asked_for_again(house: House, now: datetime) -> None:
    bad = house.live(now=now)
    delivery = ended(house, now)
    releases.reject(release=house.release_of(bad), reason="Wrong", by=house.approver, now=now)
    assert operations.sweep(now=later(now, 70)) == 1
    work.clear(delivery_id=str(delivery.pk), clock=lambda: later(now, 71))
    assert operations.sweep(now=later(now, 200)) == 0
