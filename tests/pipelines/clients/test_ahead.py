"""What another version would mean for a client, and when its contract changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pipelines.clients.agreements import Lived, turns
from pipelines.clients.ahead import Effect, effect
from tests.conftest import NOW
from tests.pipelines.factories import file

SPEC = file()["spec"]
MORE = {"name": "delayed", "type": "bigint"}


def other(**parts: Any) -> dict[str, Any]:
    return {**SPEC, **parts}


def contract(*columns: dict[str, Any]) -> dict[str, Any]:
    return {**SPEC["contract"], "columns": list(columns)}


def seen(live: dict[str, Any] | None, new: dict[str, Any]) -> Effect:
    return effect(live, new, client="acme-travel", destination="acme-drop")


CARRIER, FLIGHTS = SPEC["contract"]["columns"]


def test_more_columns_can_be_read() -> None:
    found = seen(SPEC, other(contract=contract(CARRIER, FLIGHTS, MORE)))
    assert (found.label, found.words) == ("Can read it", "delayed: added, may be empty.")


def test_a_column_that_goes_may_break_its_readers() -> None:
    found = seen(SPEC, other(contract=contract(CARRIER)))
    assert (found.tone, found.label, found.words) == ("bad", "May break", "flights: removed.")
    retyped = other(contract=contract(CARRIER, {**FLIGHTS, "type": "varchar"}))
    assert seen(SPEC, retyped).words == "flights: another type (bigint to varchar)."


def test_what_is_not_named_any_more_is_not_got() -> None:
    assert seen(SPEC, other(deliveries=[])).label == "Gets it no more"
    assert seen(other(deliveries=[]), SPEC).label == "Gets it for the first time"
    assert seen(None, SPEC).label == "Gets it for the first time"


def test_another_path_or_format_is_said() -> None:
    moved = other(deliveries=[{**SPEC["deliveries"][0], "format": "csv", "path": "new.csv"}])
    found = seen(SPEC, moved)
    assert found.label == "Arrives otherwise"
    assert found.words == "Parquet at punctuality/{month}.parquet becomes CSV at new.csv."


def test_the_same_columns_by_other_sql() -> None:
    found = seen(SPEC, other(sql="SELECT 'C1' AS carrier, 1::BIGINT AS flights"))
    assert (found.label, found.words) == ("Same columns", "Changes the SQL.")


def test_a_contract_turns_only_where_it_changed() -> None:
    def lived(number: int, hours: int, *columns: dict[str, Any]) -> Lived:
        at = NOW - timedelta(hours=hours)
        return Lived(number, at, contract(*columns), f"/deployments/{number}/")

    found = turns(
        [
            lived(4, 1, CARRIER),
            lived(3, 2, CARRIER, FLIGHTS),
            lived(2, 3, CARRIER, FLIGHTS),
            lived(1, 4, CARRIER),
        ]
    )
    assert [(turn.old, turn.new, turn.is_breaking) for turn in found] == [
        (3, 4, True),
        (1, 2, False),
    ]
