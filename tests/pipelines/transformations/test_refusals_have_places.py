"""Each finding names its field, line and column; and all of them come at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from pipelines.transformations import reading
from portal.files.findings import Finding
from tests.pipelines.transformations.files import GOOD, changed


def found(file: str | dict[str, Any]) -> list[Finding]:
    read = reading.read(file)
    return [*read.findings, *read.sql_findings(read.statements)]


def test_a_good_file_has_nothing_to_mend() -> None:
    assert found(GOOD) == []


def test_the_same_file_as_json_or_as_data_has_nothing_to_mend() -> None:
    data = yaml.load(GOOD, Loader=yaml.BaseLoader)
    assert (
        reading.read(GOOD).spec == reading.read(json.dumps(reading.read(GOOD).document.data)).spec
    )
    assert found(reading.read(GOOD).document.data) == []
    assert data["metadata"]["name"] == "carrier-punctuality"


SLIPS = [
    # what stands there, what is written instead; the field; line, what begins there; the words
    ("slipway/v1", "slipway/v2", "apiVersion", 1, "slipway/v2", "must be slipway/v1"),
    ("kind: Transf", "kind: Transg", "kind", 2, "Transg", "must be Transformation"),
    ("name: carrier-punctuality", "name: Carrier", "metadata.name", 4, "Carrier", "lower-case"),
    ("  team: airline-data\n", "", "metadata.team", 3, "metadata", "missing"),
    ("  description:", "  descripton:", "metadata.descripton", 6, "descripton", "description?"),
    ("engine: duckdb", "engine: spark", "spec.engine", 8, "spark", "must be duckdb"),
    (" flights:  {", " result:  {", "spec.inputs.result", 10, "result:", "own result"),
    (" flights:  {", " order:  {", "spec.inputs.order", 10, "order:", "a word of SQL"),
    (" carriers: {", " Carriers: {", "spec.inputs.Carriers", 11, "Carriers:", "lower-case"),
    ("airlines.csv", "../airlines.csv", "spec.inputs.carriers.path", 11, "../air", "dot"),
    ("airlines.csv", "/etc/pass.csv", "spec.inputs.carriers.path", 11, "/etc", "“/”"),
    ("airlines.csv", "airlines.xls", "spec.inputs.carriers.path", 11, "airlines", "`format`"),
    (", path: airlines.csv", "", "spec.inputs.carriers", 11, "{conn", "either a path"),
    ("type: integer", "type: int", "spec.parameters.month.type", 13, "int,", "integer?"),
    ("default: 1,", "default: 13,", "spec.parameters.month.default", 13, "13,", "at most 12"),
    ("default: 1,", 'default: "1",', "spec.parameters.month.default", 13, '"1",', "whole number"),
    ("minimum: 1,", "minimum: 20,", "spec.parameters.month.minimum", 13, "20,", "greater than"),
    ("flights f JOIN", "fligths f JOIN", "spec.sql", 17, "fligths", "Did you mean flights?"),
    ("f.month = $month", "f.month = $mnth", "spec.sql", 18, "$mnth", "no parameter $mnth"),
    ("f.month = $month", "f.month = ?", "spec.sql", 18, "?", "write $month"),
    ("SELECT c.name AS", "SELECT c.name c d AS", "spec.sql", 15, "d AS", "can't be read near"),
    ("f.month = $month", "f.month; DELETE FROM x --", "spec.sql", 18, "DELETE", "2 statements"),
    ("key: [carrier]", "key: [carier]", "spec.contract.key[0]", 20, "carier", "carrier?"),
    ("varchar, req", "varchr, req", "spec.contract.columns[0].type", 22, "varchr", "varchar?"),
    ("name: flights, t", "name: flight, t", "spec.contract.columns[1].name", 23, "flight",
     "gives no column"),
    ("bigint, required: true", "bigint, required: yes", "spec.contract.columns[1].required", 23,
     "yes", "true or false"),
    ("name: mean_delay_minutes, t", "name: flights, t", "spec.contract.columns[2].name", 24,
     "flights", "stands twice"),
    ("FROM result WHERE f", "FROM results WHERE f", "spec.checks[0].sql", 26, "results", "result?"),
    ("name: no flight counted twice", "name: every carrier flew", "spec.checks[1].name", 27,
     "every", "Two checks"),
    ("format: parquet", "format: xlsx", "spec.deliveries[0].format", 30, "xlsx", "one of parquet"),
    ("p/{month}", "p/{mont}", "spec.deliveries[0].path", 30, '"p/{mont}', "no parameter"),
    ("p/{month}", "../{month}", "spec.deliveries[0].path", 30, '"../', "dot"),
    ("0 6 * * *", "0 6 * * 8", "spec.defaults.schedule.cron", 32, '"0 6', "Monday is 1"),
    ("0 6 * * *", "0 0 30 2 *", "spec.defaults.schedule.cron", 32, '"0 0', "that day"),
    ("0 6 * * *", "6-6/10 6 * * *", "spec.defaults.schedule.cron", 32, '"6-6', "Write “6”"),
    ("0 6 * * *", "@daily", "spec.defaults.schedule.cron", 32, '"@daily', "five parts"),
    ("Berlin", "Berlyn", "spec.defaults.schedule.timezone", 32, "Europe", "Europe/Berlin?"),
    ("latest", "lates", "spec.defaults.schedule.catch_up", 32, "lates", "latest?"),
    ("26h", "26 hours", "spec.defaults.objectives.freshness", 33, "26 hours", "26h"),
    ("success: 99.5", "success: 101", "spec.defaults.objectives.success", 33, "101", "at most 100"),
    ("memory_mb: 256", "memory_mb: 1", "spec.defaults.limits.memory_mb", 34, "1,", "at least 16"),
    ("memory_mb: 256", "memory: 256", "spec.defaults.limits.memory", 34, "memory:", "memory_mb?"),
    ("commit: 3f9c2ab", "commit: 1234567", "source.commit", 37, "1234567", "into quotes"),
    ("2026-11-20T09:30:00Z", "yesterday", "source.committed_at", 39, "yesterday", "no instant"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "field", "line", "begins", "words"),
    SLIPS,
    ids=[f"{slip[2]}-{slip[1][:12].strip()}" for slip in SLIPS],
)
def test_a_slip_is_told_where_it_stands(
    old: str, new: str, field: str, line: int, begins: str, words: str
) -> None:
    file = changed(old, new)

    (slip,) = [finding for finding in found(file) if finding.field == field]

    assert slip.line == line
    assert file.split("\n")[line - 1][slip.column - 1 :].startswith(begins)
    assert words in slip.message


def test_all_slips_come_at_once_whatever_their_kind() -> None:
    file = changed("slipway/v1", "slipway/v2")
    for old, new in (
        ("key: [carrier]", "key: [carier]"),  # a rule between parts
        ("WHERE f.month = $month", "WHERE f.month = $mnth"),  # the SQL
        ("catch_up: latest", "catch_up: never"),  # a shape
        ("    carriers: {", "    carriers: {x: 1, "),  # a word that is unknown
    ):
        file = file.replace(old, new)

    assert [finding.field for finding in found(file)] == [
        "apiVersion",
        "spec.inputs.carriers.x",
        "spec.defaults.schedule.catch_up",
        "spec.contract.key[0]",
        "spec.sql",
    ]


def test_an_unused_parameter_is_told_but_not_while_sql_can_not_be_read() -> None:
    unused = changed("month: {type", "year: {type: integer, default: 2013}\n    month: {type")
    broken = unused.replace("SELECT c.name AS", "SELECT c.name c d AS")

    assert [finding.field for finding in found(unused)] == ["spec.parameters.year"]
    assert [finding.field for finding in found(broken)] == ["spec.sql"]


def test_places_in_json_count_in_the_json() -> None:
    file = json.dumps(reading.read(GOOD).document.data, indent=1).replace("$month", "$mnth", 1)
    line = next(n for n, text in enumerate(file.split("\n"), 1) if "$mnth" in text)

    (slip,) = found(file)

    assert (slip.field, slip.line) == ("spec.sql", line)
    assert file.split("\n")[line - 1][slip.column - 1 :].startswith("$mnth")


def test_data_without_a_text_has_fields_but_no_lines() -> None:
    data = reading.read(GOOD).document.data
    data["spec"]["engine"] = "spark"

    (slip,) = found(data)

    assert (slip.field, slip.line, slip.column) == ("spec.engine", None, None)
