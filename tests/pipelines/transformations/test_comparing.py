"""What differs between two versions: for readers of the contract, and for people."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.transformations import compatibility, diff, digest, reading
from tests.pipelines.transformations.files import GOOD, changed

OLD = reading.read(GOOD).spec


def column(**values: Any) -> dict[str, Any]:
    return {"columns": [{"name": "a", "type": "integer", **values}]}


@pytest.mark.parametrize(
    ("old", "new", "effect", "is_breaking"),
    [
        ({}, {}, "Same", False),
        ({}, {"type": "int4"}, "Same", False),
        ({}, {"type": "bigint"}, "Wider: old values fit", False),
        ({"type": "bigint"}, {"type": "integer"}, "Another type", True),
        ({}, {"type": "varchar"}, "Another type", True),
        ({"type": "decimal(10,2)"}, {"type": "decimal(10,3)"}, "Another type", True),
        ({"required": True}, {}, "May now be empty", True),
        ({}, {"required": True}, "Never empty now", False),
        ({}, {"classification": "personal"}, "Now personal", False),
    ],
)
def test_a_changed_column(
    old: dict[str, Any], new: dict[str, Any], effect: str, is_breaking: bool
) -> None:
    found = compatibility.compare(column(**old), column(**new))
    assert [(row.effect, row.is_breaking) for row in found.rows] == [(effect, is_breaking)]
    assert bool(found.breaking) is is_breaking


def test_columns_that_come_and_go_and_another_key() -> None:
    old = {"key": ["a"], "columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "int"}]}
    new = {
        "key": ["a", "c"],
        "columns": [{"name": "a", "type": "int"}, {"name": "c", "type": "int", "required": True}],
    }
    found = compatibility.compare(old, new)
    assert [(row.column, row.old, row.new, row.effect) for row in found.rows] == [
        ("a", "int", "int", "Same"),
        ("c", "absent", "int", "Added"),
        ("b", "int", "absent", "Removed"),
        ("(key)", "a", "a, c", "A row stands for something else"),
    ]
    assert found.summary("v1", "v2") == (
        "not compatible: clients that read v1 may fail on b and (key)"
    )


def test_a_first_contract_breaks_nobody() -> None:
    assert not compatibility.compare(None, column()).breaking
    assert [row.effect for row in compatibility.as_new(column()).rows] == ["May be empty"]


def test_two_versions_are_compared_in_all_their_parts() -> None:
    file = changed("WHERE f.month = $month", "WHERE f.month = $month AND f.dep_delay > 0")
    file = file.replace(
        "    carriers: {", "    planes: {connection: b, path: x.csv}\n    carriers: {"
    )
    file = file.replace("format: parquet, path", "format: csv, path").replace("26h", "30h")
    new = reading.read(file).spec

    found = diff.compare(OLD, new)

    assert found.words() == ["the SQL", "one input", "one delivery", "one default"]
    assert [(party.name, party.effect) for party in found.inputs] == [
        ("flights", ""),
        ("planes", "Added"),
        ("carriers", ""),
    ]
    assert found.deliveries[0].old == "Parquet at p/{month}.parquet"
    assert found.deliveries[0].new == "CSV at p/{month}.parquet"
    assert found.defaults[0]["name"] == "objectives.freshness"
    assert "+WHERE f.month = $month AND f.dep_delay > 0 GROUP BY 1" in found.unified


def test_the_words_that_differ_are_marked_for_programs_too() -> None:
    new = reading.read(changed("WHERE f.month = $month", "WHERE f.month > $month")).spec
    rows = diff.compare(OLD, new).as_json()["sql"]["rows"]
    marked = {
        row["kind"]: [part["text"] for part in row["parts"] if part["is_changed"]]
        for row in rows
        if row["kind"] in {"add", "del"}
    }
    assert marked == {"del": ["="], "add": [">"]}


def test_another_layout_is_the_same_meaning() -> None:
    new = reading.read(changed("FROM flights f JOIN", "from flights f\n    join")).spec
    assert digest.semantic(OLD) == digest.semantic(new)
    assert not diff.compare(OLD, new).sql.is_same
    assert diff.compare(OLD, OLD).words() == []
