"""What a preview suggests: what tells rows apart, what is never empty, and a reconciliation."""

from __future__ import annotations

import pytest

from pipelines.drafts import proposals, reconciliation

FIGURES = [
    {"name": "carrier", "type": "VARCHAR", "nulls": 0, "distinct": 16},
    {"name": "flights", "type": "BIGINT", "nulls": 0, "distinct": 16},
    {"name": "delay", "type": "DOUBLE", "nulls": 2, "distinct": 14},
    {"name": "contact_email", "type": "VARCHAR", "nulls": 0, "distinct": 3},
]
KNOWN = {"flights": ["month", "carrier", "delay"], "carriers": ["carrier", "name"]}


def test_what_a_query_groups_by_is_its_key_and_else_a_text_before_a_number() -> None:
    keys = [["flights"], ["carrier"]]
    assert proposals.key(keys, ["carrier"], FIGURES, 16) == ["carrier"]
    assert proposals.key(keys, [], FIGURES, 16) == ["carrier"]
    assert proposals.key([["flights"]], ["delay"], FIGURES, 16) == ["flights"]
    assert proposals.key(keys, [], FIGURES, 1) == []


def test_a_contract_is_read_off_and_a_name_that_looks_personal_is_not_ticked() -> None:
    carrier, _, delay, email = proposals.columns(FIGURES, FIGURES, ["carrier"], is_cut=False)
    assert (carrier.is_key, carrier.is_required, carrier.type) == (True, True, "varchar")
    assert (delay.is_required, delay.seen) == (False, "14 values, 2 empty")
    assert (email.looks_personal, email.is_personal) == (True, False)


def proposed(**more: object) -> dict[str, proposals.CheckProposal]:
    given = {"rows": 16, "is_cut": False, "reconciliation": "", "parameters": [], "tried": {}}
    given |= more
    columns = proposals.columns(FIGURES, FIGURES, ["carrier"], is_cut=bool(given["is_cut"]))
    return {one.name: one for one in proposals.checks(columns, **given)}  # type: ignore[arg-type]


def test_checks_are_proposed_in_the_form_of_the_file() -> None:
    found = proposed()
    assert found["carrier unique"].sql == (
        "SELECT carrier FROM result GROUP BY carrier HAVING count(*) > 1"
    )
    assert (
        "flights IS NULL OR contact_email IS NULL"
        in found["flights and contact_email never empty"].sql
    )
    assert "NOT BETWEEN 8 AND 32" in found["row count as expected"].sql
    assert all(one.is_ticked for one in found.values())


def test_nothing_is_promised_of_what_only_a_part_was_seen_of() -> None:
    """The first row of the rest may be empty, and the first run would stop at it."""
    carrier, flights, *_ = proposals.columns(FIGURES, FIGURES, ["carrier"], is_cut=True)
    assert (carrier.is_required, flights.is_required) == (True, False)
    full = proposed(is_cut=True)["flights and contact_email never empty"]
    assert not full.is_ticked
    assert full.reason.endswith("Seen on a part of the input only.")


def test_what_was_seen_on_a_part_only_or_failed_is_not_ticked() -> None:
    assert not proposed(is_cut=True)["row count as expected"].is_ticked
    assert not proposed(parameters=["month"])["row count as expected"].is_ticked
    failed = proposed(reconciliation="SELECT 1", tried={proposals.RECONCILED: False})
    assert not failed[proposals.RECONCILED].is_ticked
    assert "Look at the joins" in failed[proposals.RECONCILED].reason


@pytest.mark.parametrize(
    ("sql", "counted", "source"),
    [
        (
            """SELECT c.name AS carrier, count(*) AS n FROM flights f JOIN carriers c
            USING (carrier) WHERE f.month = $month GROUP BY 1""",
            "(SELECT coalesce(sum(n), 0) FROM result)",
            "(SELECT count(*) FROM flights AS f WHERE f.month = $month)",
        ),
        (
            "SELECT f.*, name FROM flights f LEFT JOIN carriers USING (carrier) WHERE delay > 3",
            "(SELECT count(*) FROM result)",
            "(SELECT count(*) FROM flights AS f WHERE delay > 3)",
        ),
    ],
)
def test_a_query_tells_how_its_rows_can_be_counted(sql: str, counted: str, source: str) -> None:
    check = reconciliation.check(sql, KNOWN)
    assert counted in check
    assert source in check


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT carrier, avg(delay) AS d FROM flights GROUP BY 1",  # counts nothing
        "SELECT carrier, count(*) AS n FROM flights GROUP BY 1 HAVING n > 3",
        "SELECT DISTINCT carrier FROM flights",
        "SELECT * FROM flights LIMIT 3",
        "SELECT f.* FROM flights f JOIN carriers c USING (carrier) WHERE c.name = 'x'",
        "SELECT f.* FROM flights f WHERE carrier IN (SELECT carrier FROM carriers)",
        "SELECT * FROM (SELECT 1 AS a)",
        "SELECT count(*) AS n FROM flights",
        "SELECT",
    ],
)
def test_where_the_query_does_not_tell_nothing_is_proposed(sql: str) -> None:
    assert reconciliation.check(sql, KNOWN) == ""


def test_the_names_of_groups_are_found_however_they_are_written() -> None:
    for group in ("1, week", "carrier, 2", "ALL", "f.carrier, week(f.day)"):
        sql = (
            f"SELECT f.carrier, week(f.day) AS week, count(*) AS n FROM flights f GROUP BY {group}"
        )
        assert reconciliation.grouped_by(sql) == ["carrier", "week"], group
