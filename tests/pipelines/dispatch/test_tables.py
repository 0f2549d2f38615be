"""Results that become tables of a client's database: whole, in order, and refused where unfit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from deployments.releases import operations as releases
from pipelines.connections.models import Destination
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.models import Circuit, Delivery
from portal import failpoints
from portal.errors import Refused
from tests.pipelines.dispatch.conftest import ENTRY, WIDER, Ran, delivering, rows, send
from tests.pipelines.factories import House, later
from tests.pipelines.second import Second

pytestmark = pytest.mark.django_db


def test_a_table_is_made_from_the_contract(second: Second, result: Ran, now: datetime) -> None:
    delivery = send(result(), now)
    assert delivery.state == Delivery.State.DELIVERED, delivery.message
    assert rows(second)[:2] == [("C0", 15), ("C1", 14)]
    assert delivery.location.startswith("public.punctuality in slipway_second_")
    assert (delivery.path, delivery.format, delivery.mode) == (ENTRY["table"], "table", "replace")
    known = second.ask(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_name = 'punctuality' ORDER BY ordinal_position"
    )
    assert known == [("carrier", "text", "NO"), ("flights", "bigint", "NO")]
    ((rank, checksum, about),) = second.ask("SELECT rank, checksum, about FROM slipway_deliveries")
    assert (rank, checksum) == (delivery.place.rank, delivery.checksum)
    assert about["run"] == str(delivery.run_id)
    left = "SELECT count(*) FROM pg_class WHERE relname ~ '^slipway_[0-9a-f]{10}_'"
    assert second.ask(left) == [(0,)]


def test_the_client_s_grants_views_and_indexes_outlive_a_new_version(
    second: Second, result: Ran, now: datetime
) -> None:
    send(result(), now)
    second.ask("CREATE VIEW busy AS SELECT * FROM punctuality WHERE flights > 100")
    second.ask("CREATE INDEX by_flights ON punctuality (flights)")
    second.ask(f"GRANT SELECT ON punctuality TO {second.reader}")
    again = send(result(later(now, 9), "b", sql=WIDER), later(now, 9))
    assert again.state == Delivery.State.DELIVERED, again.message
    assert second.ask("SELECT count(*) FROM busy") == [(7,)]
    granted = "SELECT has_table_privilege(%s, 'punctuality', 'SELECT')"
    assert second.ask(granted, second.reader) == [(True,)]


def test_upserting_keeps_what_is_not_in_the_result(
    second: Second, result: Ran, now: datetime
) -> None:
    send(result(mode="upsert"), now)
    second.ask("INSERT INTO punctuality VALUES ('ZZ', 1)")
    only = f"SELECT * FROM ({WIDER}) WHERE carrier = 'C0'"
    send(result(later(now, 9), "b", sql=only, mode="upsert"), later(now, 9))
    found = dict(rows(second))
    assert (found["C0"], found["C1"], found["ZZ"]) == (150, 14, 1)


def test_an_older_run_never_overwrites_a_newer_one(
    second: Second, result: Ran, now: datetime
) -> None:
    old = result()
    new = send(result(later(now, 9), "b", sql=WIDER), later(now, 9))
    assert new.state == Delivery.State.DELIVERED
    late = send(old, later(now, 99))
    assert late.state == Delivery.State.SUPERSEDED
    assert dict(rows(second))["C0"] == 150


def test_what_was_rejected_is_replaced_by_what_is_older(
    house: House, second: Second, result: Ran, now: datetime
) -> None:
    right = send(result(), now)
    bad = send(result(later(now, 9), "b", sql=WIDER), later(now, 9))
    rejected = house.release_of(bad.version)
    releases.reject(release=rejected, reason="Wrong", by=house.approver, now=later(now, 10))
    again = deliveries.again(
        delivery=right, by=house.developer, now=later(now, 11), reason="The right one back"
    )
    assert send(again, later(now, 12)).state == Delivery.State.DELIVERED, again.message
    assert dict(rows(second))["C0"] == 15


def test_a_table_of_the_client_s_that_does_not_fit_is_left_alone(
    second: Second, result: Ran, now: datetime
) -> None:
    second.ask("CREATE TABLE punctuality (carrier text, flights smallint)")
    second.ask("INSERT INTO punctuality VALUES ('own', 1)")
    second.ask(f"GRANT ALL ON punctuality TO {second.writer}")
    delivery = send(result(), now)
    assert delivery.state == Delivery.State.FAILED
    assert delivery.message == (
        "The column flights is BIGINT and smallint in the table, which does not hold all of its "
        "values. Change the table, or what the query returns."
    )
    assert not Circuit.objects.exists()  # it is not the database that fails
    second.ask("ALTER TABLE punctuality DROP COLUMN flights")
    assert (
        "has no column flights"
        in send(result(later(now, 9), "b", sql=WIDER), later(now, 9)).message
    )
    assert second.ask("SELECT carrier FROM punctuality") == [("own",)]


def test_rows_that_break_a_constraint_change_nothing(
    second: Second, result: Ran, now: datetime
) -> None:
    second.ask("CREATE TABLE punctuality (carrier text CHECK (carrier <> 'C3'), flights bigint)")
    second.ask(f"GRANT ALL ON punctuality TO {second.writer}")
    delivery = send(result(), now)
    assert delivery.state == Delivery.State.FAILED
    assert (
        "break the constraint punctuality_carrier_check of public.punctuality" in delivery.message
    )
    assert rows(second) == []


def test_a_worker_killed_in_the_middle_leaves_what_was_there(
    second: Second, result: Ran, now: datetime
) -> None:
    send(result(), now)
    other = result(later(now, 9), "b", sql=WIDER)
    failpoints.arm("pipelines.delivery.cleared=error")  # all but the commit is done
    with pytest.raises(failpoints.Failed):
        send(other, later(now, 9))
    assert dict(rows(second))["C0"] == 15
    assert send(other, later(now, 99)).state == Delivery.State.DELIVERED
    assert dict(rows(second))["C0"] == 150


def test_a_role_without_the_rights_is_told_what_it_needs(
    second: Second, result: Ran, now: datetime
) -> None:
    second.ask(f"REVOKE CREATE ON SCHEMA public FROM {second.writer}")
    try:
        delivery = send(result(), now)
    finally:
        second.ask(f"GRANT CREATE ON SCHEMA public TO {second.writer}")
    assert "may not do that in public. It needs USAGE and CREATE" in delivery.message


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"table": "a.b.c"}, "“a.b.c” is no name of a table"),
        ({"format": "csv"}, "A table has neither format nor path"),
        ({"mode": "upsert", "contract": None}, "Upserting needs the contract's key"),
    ],
)
def test_a_file_that_asks_for_the_impossible_is_refused(
    house: House, table: Destination, now: datetime, entry: dict[str, Any], words: str
) -> None:
    spec = {"contract": entry.pop("contract")} if "contract" in entry else {}
    with pytest.raises(Refused) as refused:
        house.register(delivering({**ENTRY, **entry}, **spec), now=now)
    assert words in str([refused.value.message, *refused.value.details])
