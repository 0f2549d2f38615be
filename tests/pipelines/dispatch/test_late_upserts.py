"""An upsert that comes after a newer one: what it may change, and how one knows that it came."""

from __future__ import annotations

from datetime import datetime

import pytest

from deployments.releases import operations as releases
from pipelines.connections.models import Destination
from pipelines.connections.postgres import notes
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work
from portal import failpoints
from tests.pipelines.dispatch.conftest import WIDER, Ran, rows, send
from tests.pipelines.factories import House, later
from tests.pipelines.second import Second

pytestmark = pytest.mark.django_db
ONE = f"SELECT * FROM ({WIDER}) WHERE carrier = 'C0'"


@pytest.fixture
def old(table: Destination, result: Ran) -> Delivery:
    """A delivery of all carriers, which is not sent yet."""
    return result(mode="upsert")


@pytest.fixture
def new(old: Delivery, result: Ran, now: datetime) -> Delivery:
    """A newer one, of one carrier, which stands in the table."""
    sent = send(result(later(now, 9), "b", sql=ONE, mode="upsert"), later(now, 9))
    assert sent.state == Delivery.State.DELIVERED, sent.message
    return sent


def reject_and_clear(house: House, delivery: Delivery, at: datetime) -> None:
    release = house.release_of(delivery.version)
    releases.reject(release=release, reason="Wrong", by=house.approver, now=at)
    work.clear(delivery_id=str(delivery.pk), clock=lambda: later(at, 1))
    delivery.refresh_from_db()


def test_it_adds_what_is_missing_and_changes_nothing(
    second: Second, old: Delivery, new: Delivery, now: datetime
) -> None:
    late = send(old, later(now, 99))
    assert late.state == Delivery.State.DELIVERED, late.message
    assert "rows were added, whose key was missing, and none was changed." in late.message
    found = dict(rows(second))
    assert (found["C0"], found["C1"]) == (150, 14)
    new.refresh_from_db()
    assert new.replaced_by is None
    assert second.ask("SELECT rank FROM slipway_deliveries") == [(new.place.rank,)]
    assert second.ask("SELECT checksum FROM slipway_late_deliveries") == [(late.checksum,)]


def test_one_that_arrived_before_its_worker_died_and_its_version_was_rejected_is_known(
    house: House, second: Second, old: Delivery, new: Delivery, now: datetime
) -> None:
    failpoints.arm("pipelines.delivery.published=error")
    with pytest.raises(failpoints.Failed):
        send(old, later(now, 10))
    reject_and_clear(house, old, later(now, 11))
    assert old.state == Delivery.State.DELIVERED
    assert "whose key was missing, and none was changed." in old.message
    assert old.message.endswith("It had reached the client just before its version was rejected.")
    assert "(rejected)" not in old.message  # with what it was compared then is not known
    assert dict(rows(second))["C1"] == 14
    new.refresh_from_db()
    assert new.place.rank  # it still is what stands there


def test_one_that_had_not_arrived_stays_held(
    house: House, second: Second, old: Delivery, new: Delivery, now: datetime
) -> None:
    failpoints.arm("pipelines.delivery.cleared=error")  # all but the commit is done
    with pytest.raises(failpoints.Failed):
        send(old, later(now, 10))
    reject_and_clear(house, old, later(now, 11))
    assert old.state == Delivery.State.HELD
    assert rows(second) == [("C0", 150)]


def test_what_nobody_asks_for_any_more_is_forgotten(
    second: Second, old: Delivery, new: Delivery, now: datetime
) -> None:
    notes_of = f"public.{notes.LATE}"
    long_ago = "('public.x', 'rank', 'checksum', 1, '{}', now() - interval '31 days')"
    second.ask(f"INSERT INTO {notes_of} VALUES {long_ago}")
    send(old, later(now, 99))
    assert second.ask(f"SELECT place FROM {notes_of}") == [("public.punctuality",)]
