"""What is taken along as proof: the audit, the report of changes, and who has access."""

from __future__ import annotations

import json
from csv import DictReader
from io import StringIO
from pathlib import Path

from slipway_cli.endings import Code
from tests.demo.typed.conftest import Slipway


def test_the_audit_is_asked_as_its_page_is(slipway: Slipway) -> None:
    said = slipway("jonas", "audit", "--verb", "deployment.request", "-n", "3")
    assert said.code == Code.DONE
    titles, first, *_ = said.out.splitlines()
    assert titles.split() == ["when", "who", "did", "to", "ended", "why"]
    assert "deployment.request" in first
    three = slipway("jonas", "audit", "--verb", "deployment.request", "-n", "3", "--json")
    assert [row["verb"] for row in three.json] == ["deployment.request"] * 3
    rows = slipway("jonas", "audit", "--component", "carrier-punctuality", "-n", "250", "--json")
    assert {row["component"] for row in rows.json} == {"carrier-punctuality"}
    assert slipway("jonas", "audit", "--verb", "no.such").out == "Nothing in the audit fits.\n"
    assert slipway("jonas", "audit", "--since", "yesterday").code == Code.REFUSED


def test_the_report_goes_to_the_screen_or_whole_into_a_file(
    slipway: Slipway, tmp_path: Path
) -> None:
    printed = slipway("mira", "report", "--days", "30")
    changes = list(DictReader(StringIO(printed.out)))
    assert changes
    assert {"component", "approval", "requested_by"} <= changes[0].keys()
    kept = tmp_path / "changes.jsonl"
    said = slipway("mira", "report", "--days", "30", "--json", "-o", str(kept))
    assert (said.code, said.out) == (Code.DONE, "")
    assert f"Kept in {kept}." in said.aside
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert [str(one["number"]) for one in lines] == [one["number"] for one in changes]
    assert [each.name for each in tmp_path.glob("changes*")] == [kept.name]


def test_what_is_refused_leaves_the_file_of_before(slipway: Slipway, tmp_path: Path) -> None:
    kept = tmp_path / "access.csv"
    kept.write_text("of last month")
    assert slipway("mira", "access-review", "-o", str(kept)).code == Code.NOT_ALLOWED
    assert kept.read_text() == "of last month"
    assert slipway("priya", "access-review", "-o", str(kept)).code == Code.DONE
    assert "priya" in kept.read_text()
    assert slipway("priya", "access-review", "-o", str(tmp_path)).code == Code.USAGE
    assert slipway("mira", "report", "--approval", "perhaps").code == Code.REFUSED
