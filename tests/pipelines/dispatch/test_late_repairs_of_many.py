"""A late repair where much was rejected, or where the client's table is in the way."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime

import pytest

from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.destinations.base import Rejected, Rows
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import operations, parcels
from pipelines.engines import registry as engines
from pipelines.engines.base import EngineError
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
from tests.pipelines.factories import House, later
from tests.pipelines.second import Second

pytestmark = pytest.mark.django_db
WIDER = {"carrier": "varchar", "flights": "bigint", "discount": "integer"}.items()
AHEAD = sys.modules["pipelines.dispatch.operations.ahead"]  # a function has the same name there
OTHERS = PASSED_BY.replace("IN ('C0', 'C2')", "= 'C3'")


@pytest.fixture
def passed_by(house: House, sent: Sender, now: datetime) -> tuple[Delivery, Delivery]:
    """An hour without C3, wrongly done; a later hour that is wrong about C3; then the newest."""
    right, wrong, other = sent(0, FEWER), sent(10, PASSED_BY), sent(15, OTHERS)
    sent(20, NEWEST)
    other.run.logical_at, other.run.request_key = later(now, 3600), ""
    other.run.save()
    reject(house, wrong, later(now, 30))
    reject(house, other, later(now, 31))
    return right, other


def test_what_the_same_due_time_left_is_compared_first(
    house: House,
    second: Second,
    passed_by: tuple[Delivery, Delivery],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AHEAD, "COMPARED", 1)
    repair = repaired(house, passed_by[0], later(now, 40))
    assert "2 rows were corrected. What was corrected still stood as v2" in repair.message
    assert "only the newest results of rejected versions are compared" in repair.message
    assert (dict(rows(second))["C0"], dict(rows(second))["C2"]) == (15, 14)


def test_rows_of_another_due_time_have_a_repair_of_their_own(
    house: House, passed_by: tuple[Delivery, Delivery], now: datetime
) -> None:
    repair = repaired(house, passed_by[0], later(now, 40))
    assert "2 rows were corrected" in repair.message
    assert "under keys that this result does not have" not in repair.message


def test_a_row_whose_other_columns_were_changed_since_stays(
    house: House, second: Second, right: Delivery, sent: Sender, run_once: Sent, now: datetime
) -> None:
    second.ask("ALTER TABLE punctuality ADD discount bigint")
    at = later(now, 10)
    columns = [{"name": name, "type": kind} for name, kind in WIDER]
    spec = delivering(
        {**ENTRY, "mode": "upsert"}, sql=f"SELECT *, 5 AS discount FROM ({PASSED_BY})", checks=[],
        contract={"key": ["carrier"], "columns": columns},
    )  # fmt: skip
    house.live(spec, now=at)
    wrong = send(run_once(at, "wider"), at)
    assert wrong.state == Delivery.State.DELIVERED, wrong.message
    sent(20, NEWEST)
    second.ask("UPDATE punctuality SET discount = 6 WHERE carrier = 'C0'")
    reject(house, wrong, later(now, 30))
    repair = repaired(house, right, later(now, 40))
    assert "1 row was corrected" in repair.message
    assert rows(second)[:3] == [("C0", 16), ("C1", 14), ("C2", 14)]


def test_what_the_table_would_say_at_the_end_keeps_nothing_out(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask(
        "CREATE TABLE allowed AS SELECT DISTINCT flights FROM punctuality WHERE flights <> 15;"
        "ALTER TABLE allowed ADD PRIMARY KEY (flights);"
        "ALTER TABLE punctuality ADD FOREIGN KEY (flights) REFERENCES allowed"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID;"
        "DELETE FROM punctuality WHERE carrier = 'C3'"
    )
    try:
        repair = repaired(house, right, later(now, 40))
        assert repair.state == Delivery.State.DELIVERED, repair.message
        assert "may still stand there" in repair.message
        assert (dict(rows(second))["C0"], "C3" in dict(rows(second))) == (16, True)
    finally:
        second.ask("DROP TABLE punctuality, allowed")


def test_a_trigger_that_says_no_in_its_own_way_keeps_nothing_out(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    second.ask(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'ZZ001'; END$$;"
        "CREATE TRIGGER no BEFORE UPDATE ON punctuality FOR EACH ROW EXECUTE FUNCTION no();"
        "DELETE FROM punctuality WHERE carrier = 'C3'"
    )
    try:
        repair = repaired(house, right, later(now, 40))
        assert repair.state == Delivery.State.DELIVERED, repair.message
        assert "C3" in dict(rows(second))
    finally:
        second.ask("DROP TABLE punctuality; DROP FUNCTION no")


def test_a_sandbox_that_is_gone_for_a_moment_is_waited_for(
    house: House, right: Delivery, wrong: Delivery, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claimed(house, right, later(now, 40))
    with parcels.packed(claim, adapter("postgres")) as (parcel, _):
        assert parcel
        with monkeypatch.context() as gone:
            gone.setenv("SLIPWAY_ZYGOTE", "/nowhere/zygote.sock")
            engines.engine.cache_clear()
            with pytest.raises(EngineError) as lost:
                parcel.rejected[0].read()
        engines.engine.cache_clear()
    assert not lost.value.permanent


def test_whatever_happens_nothing_stays_beside_the_clients_table(
    house: House, second: Second, right: Delivery, wrong: Delivery, now: datetime
) -> None:
    def full() -> Rows:
        raise OSError("No space left on device")

    claim = claimed(house, right, later(now, 40))
    with parcels.packed(claim, adapter("postgres")) as (parcel, _):
        assert parcel
        both = replace(parcel, rejected=(*parcel.rejected, Rejected(99, full)))
        with pytest.raises(OSError, match="No space"):
            adapter("postgres").prepare(both)
    left = "SELECT count(*) FROM pg_class WHERE relname ~ '^slipway_[0-9a-f]{10}_'"
    assert second.ask(left) == [(0,)]


def claimed(house: House, right: Delivery, at: datetime) -> operations.Claim:
    again = deliveries.again(delivery=right, by=house.developer, now=at, reason="Right again")
    claim = operations.claim(delivery_id=str(again.pk), worker="test", now=later(at, 1))
    assert claim
    return claim
