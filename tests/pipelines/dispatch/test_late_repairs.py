"""Rows of a rejected version that newer runs have passed by: an older hour's upsert mends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipelines.connections.models import Destination
from pipelines.connections.postgres import correcting
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.destinations.base import DestinationError, Late, Prepared
from pipelines.deliveries.models import Delivery, Place
from pipelines.dispatch import operations, parcels
from pipelines.runs import artifacts
from portal import failpoints
from tests.pipelines.dispatch.conftest import (
    ENTRY,
    FEWER,
    NEWEST,
    PASSED_BY,
    Sender,
    Sent,
    delivering,
    reject,
    repaired,
    rows,
    send,
)
from tests.pipelines.factories import SQL, House, later
from tests.pipelines.second import Second

pytestmark = pytest.mark.django_db


def test_rows_that_are_as_the_rejected_version_left_them_are_mended(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    assert rows(second)[:3] == [("C0", 16), ("C1", 14), ("C2", 15)]
    repair = repaired(house, right, later(now, 40))
    assert repair.state == Delivery.State.DELIVERED, repair.message
    assert repair.message == (
        "Something newer stood there already: no key was missing, so nothing was added, and 2 rows "
        "were corrected. What was corrected still stood as v2 (rejected) had left it."
    )
    assert rows(second)[:3] == [("C0", 15), ("C1", 14), ("C2", 14)]
    left = "SELECT count(*) FROM pg_class WHERE relname ~ '^slipway_[0-9a-f]{10}_'"
    assert second.ask(left) == [(0,)]


def test_a_row_that_was_changed_since_stays(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask("UPDATE punctuality SET flights = 99 WHERE carrier = 'C2'")
    second.ask("UPDATE punctuality SET flights = 98 WHERE carrier = 'C1'")  # never was wrong
    repair = repaired(house, right, later(now, 40))
    assert "1 row was corrected. What was corrected still stood as v2" in repair.message
    assert rows(second)[:3] == [("C0", 15), ("C1", 98), ("C2", 99)]


def test_a_second_repair_finds_none_any_more(
    house: House, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    repaired(house, right, later(now, 40))
    again = repaired(house, right, later(now, 50))
    assert "None of its rows stood there as v2 (rejected) had left it." in again.message


def test_where_what_was_delivered_is_not_kept_the_delivery_says_that_it_may_stand(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    artifacts.absolute(wrong.result_path).unlink()
    repair = repaired(house, right, later(now, 40))
    assert repair.state == Delivery.State.DELIVERED
    assert "Rows of v2 (rejected) may still stand there" in repair.message
    assert "it is not kept any more, or can't be read" in repair.message
    assert rows(second)[0] == ("C0", 16)


def test_other_parameters_are_other_rows(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    run = wrong.run
    run.parameters_digest = "of another month"
    run.save()
    repair = repaired(house, right, later(now, 40))
    assert repair.message.endswith("and none was changed.")
    assert rows(second)[0] == ("C0", 16)


def test_rows_are_corrected_whatever_slipway_believes_to_stand_there(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    Place.objects.all().delete()  # as after a restored database
    repair = repaired(house, right, later(now, 40))
    assert "2 rows were corrected" in repair.message
    assert rows(second)[:3] == [("C0", 15), ("C1", 14), ("C2", 14)]


def test_what_two_rejected_versions_left_is_corrected(
    house: House, second: Second, right: Delivery, sent: Sender, now: datetime
) -> None:
    first = sent(10, PASSED_BY)
    other = sent(12, PASSED_BY.replace("+ 1", "+ 2").replace("'C0', ", ""))
    sent(20, NEWEST)
    assert rows(second)[:3] == [("C0", 16), ("C1", 14), ("C2", 16)]
    reject(house, first, later(now, 30))
    reject(house, other, later(now, 31))
    repair = repaired(house, right, later(now, 40))
    assert "2 rows were corrected. What was corrected still stood as v2 and v3" in repair.message
    assert rows(second)[:3] == [("C0", 15), ("C1", 14), ("C2", 14)]


def test_a_rejected_one_that_came_late_itself_does_not_hide_the_one_before_it(
    house: House, second: Second, right: Delivery, wrong: Delivery, sent: Sender, now: datetime
) -> None:
    late = sent(15, PASSED_BY.replace("+ 1", "+ 3"))  # corrects what v2 left, which is rejected
    assert rows(second)[0] == ("C0", 18)
    nothing = sent(14, PASSED_BY.replace("+ 1", "+ 4"))  # came after it, and changed nothing
    assert rows(second)[0] == ("C0", 18)
    reject(house, late, later(now, 32))
    reject(house, nothing, later(now, 33))
    repaired(house, right, later(now, 40))
    assert rows(second)[:3] == [("C0", 15), ("C1", 14), ("C2", 14)]


def test_rejected_rows_under_other_keys_are_told_of(
    house: House, second: Second, sent: Sender, now: datetime
) -> None:
    right = sent(0, FEWER)
    wrong = sent(10, PASSED_BY.replace("'C2'", "'C3'"))
    sent(20, NEWEST)
    reject(house, wrong, later(now, 30))
    repair = repaired(house, right, later(now, 40))
    assert "1 row was corrected" in repair.message
    assert (
        "1 row of v2 (rejected) is still there under keys that this result does not have: an "
        "upsert deletes nothing. Who owns the table can." in repair.message
    )
    assert "C3" in dict(rows(second))


def test_rows_of_nothing_but_keys_need_no_correction(
    house: House, second: Second, table: Destination, run_once: Sent, now: datetime
) -> None:
    def put(seconds: int, sql: str) -> Delivery:
        contract = {
            "key": ["carrier"],
            "columns": [{"name": "carrier", "type": "string", "required": True}],
        }
        spec = delivering({**ENTRY, "mode": "upsert"}, sql=sql, checks=[], contract=contract)
        house.live(spec, now=later(now, seconds))
        return send(run_once(later(now, seconds), f"{seconds}"), later(now, seconds))

    right = put(0, f"SELECT carrier FROM ({FEWER})")
    wrong = put(10, f"SELECT carrier FROM ({SQL})")
    put(20, f"SELECT carrier FROM ({NEWEST})")
    reject(house, wrong, later(now, 30))
    repair = repaired(house, right, later(now, 40))
    assert "can't tell" not in repair.message
    assert "1 row of v2 (rejected) is still there" in repair.message


def test_what_was_corrected_before_its_worker_died_is_told_by_the_next_try(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask("DELETE FROM punctuality WHERE carrier = 'C3'")
    again = deliveries.again(
        delivery=right, by=house.developer, now=later(now, 40), reason="Right again"
    )
    failpoints.arm("pipelines.delivery.published=error")
    with pytest.raises(failpoints.Failed):
        send(again, later(now, 41))
    assert rows(second)[0] == ("C0", 15)  # it is there; Slipway does not know it yet
    found = send(again, later(now, 41) + timedelta(minutes=10))
    assert found.state == Delivery.State.DELIVERED, found.message
    assert "1 row was added, whose key was missing, and 2 rows were corrected" in found.message


def test_a_correction_that_takes_too_long_keeps_nothing_out(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(correcting, "SECONDS", 1)
    second.ask("DELETE FROM punctuality WHERE carrier = 'C3'")
    second.ask(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN PERFORM pg_sleep(30); RETURN NEW; END$$;"
        "CREATE TRIGGER slow BEFORE UPDATE ON punctuality FOR EACH ROW EXECUTE FUNCTION slow()"
    )
    try:
        repair = repaired(house, right, later(now, 40))
        assert repair.state == Delivery.State.DELIVERED, repair.message
        assert "may still stand there" in repair.message
        found = dict(rows(second))
        assert (found["C0"], "C3" in found) == (16, True)
    finally:
        second.ask("DROP TABLE punctuality; DROP FUNCTION slow")


def test_a_table_that_was_altered_meanwhile_does_not_hinder_what_is_missing(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask("DELETE FROM punctuality WHERE carrier = 'C0'")
    second.ask("CREATE DOMAIN few AS bigint CHECK (VALUE <> 16)")  # no more room for what was wrong
    second.ask("ALTER TABLE punctuality ALTER flights TYPE few")
    try:
        repair = repaired(house, right, later(now, 40))
        assert repair.state == Delivery.State.DELIVERED, repair.message
        found = dict(rows(second))
        assert (found["C0"], found["C2"]) == (15, 15)  # what was missing is there, no more is done
    finally:
        second.ask("DROP TABLE punctuality; DROP DOMAIN few")


def test_what_is_rejected_while_it_is_on_its_way_is_mended_by_the_next_try(
    house: House, right: Delivery, sent: Sender, now: datetime
) -> None:
    wrong = sent(10, PASSED_BY)
    sent(20, NEWEST)
    again = deliveries.again(
        delivery=right, by=house.developer, now=later(now, 40), reason="Right again"
    )
    claim = operations.claim(delivery_id=str(again.pk), worker="test", now=later(now, 41))
    assert claim
    parcel = parcels.of(claim, artifacts.absolute(again.result_path))
    assert parcel
    came_late = Prepared("", "", 0, "", late=Late())
    reject(house, wrong, later(now, 42))
    with pytest.raises(DestinationError, match="What stands there changed") as refused:
        operations.may_leave(claim=claim, parcel=parcel, prepared=came_late, now=later(now, 43))
    assert not refused.value.permanent
    assert not refused.value.is_place  # the database did nothing wrong
    operations.fail(claim=claim, message="changed", permanent=False, now=later(now, 43))
    found = send(again, later(now, 43) + timedelta(minutes=10))
    assert "2 rows were corrected" in found.message


def test_a_table_that_takes_no_such_change_gets_what_is_missing(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask("CREATE UNIQUE INDEX ON punctuality (flights) WHERE carrier IN ('C1', 'C2')")
    second.ask("DELETE FROM punctuality WHERE carrier = 'C3'")
    repair = repaired(house, right, later(now, 40))
    assert repair.state == Delivery.State.DELIVERED, repair.message
    assert "may still stand there" in repair.message
    found = dict(rows(second))
    assert (found["C0"], "C3" in found) == (16, True)


def test_what_can_not_be_read_of_the_rejected_keeps_nothing_out(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    artifacts.absolute(wrong.result_path).write_bytes(b"no longer Parquet")
    repair = repaired(house, right, later(now, 40))
    assert repair.state == Delivery.State.DELIVERED, repair.message
    assert "may still stand there" in repair.message
