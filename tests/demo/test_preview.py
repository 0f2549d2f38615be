"""A preview by the real worker and sandbox: asked, watched, seen, cancelled; nothing leaves."""

from __future__ import annotations

from typing import Any

import pytest

from demo.client import Api, Surprise
from tests.demo.conftest import Played
from tests.patience import wait_for

FLIGHTS = "{connection: nyc-files, path: flights.parquet}"


def written(sql: str, **spec: str) -> str:
    """A file as somebody has it who begins: inputs and a query."""
    lines = [
        *("apiVersion: slipway/v1", "kind: Transformation"),
        "metadata: {name: long-delays, team: airline-data, title: Long delays}",
        *("spec:", f"  inputs: {{flights: {FLIGHTS}}}", f"  sql: {sql}"),
        *(f"  {key}: {value}" for key, value in spec.items()),
    ]
    return "\n".join(lines) + "\n"


def watched(api: Api, asked: dict[str, Any]) -> dict[str, Any]:
    """Until it is over."""
    seen: list[dict[str, Any]] = [asked]

    def is_over() -> bool:
        seen.append(api.get(f"previews/{asked['id']}/"))
        return seen[-1]["state"] not in {"queued", "running"}

    wait_for(is_over, 60, lambda: f"{seen[-1]}")
    return seen[-1]


def test_what_is_previewed_is_what_the_files_hold(played: Played) -> None:
    mira = played.person("mira")
    runs = sum(1 for _ in mira.every("runs/"))
    sql = "SELECT origin, count(*) AS n FROM flights GROUP BY origin ORDER BY origin"
    asked = mira.post("previews/", file=written(sql), rows=1000)
    done = watched(mira, asked)
    assert (done["state"], done["message"]) == ("succeeded", "")
    assert done["environment"] == "development"
    assert [(column["name"], column["type"]) for column in done["columns"]] == [
        ("origin", "VARCHAR"),
        ("n", "BIGINT"),
    ]
    assert ["origin"] in done["keys"]
    (portion,) = done["portions"]
    assert (portion["name"], portion["rows"], portion["is_cut"]) == ("flights", 1000, True)
    rows = mira.get(f"previews/{done['id']}/rows/")["rows"]
    assert [row[0] for row in rows] == ["EWR", "JFK", "LGA"]
    assert sum(int(row[1]) for row in rows) == 1000  # the first ones, and no others
    assert sum(1 for _ in mira.every("runs/")) == runs


def test_what_does_not_work_says_where(played: Played) -> None:
    mira = played.person("mira")
    sql = "SELECT CAST(origin AS INTEGER) AS n FROM flights"
    done = watched(mira, mira.post("previews/", file=written(sql), rows=1000))
    assert (done["state"], done["line"]) == ("failed", 1)
    assert "Could not convert" in done["message"]
    assert "EWR" not in done["message"]  # values of rows are for those who may see rows


def test_one_that_takes_long_is_cancelled(played: Played) -> None:
    mira = played.person("mira")
    sql = "SELECT count(*) AS n FROM flights a, flights b, flights c WHERE a.day + b.day <> c.hour"
    asked = mira.post("previews/", file=written(sql))
    at = f"previews/{asked['id']}/"
    wait_for(lambda: mira.get(at)["state"] == "running", 60, lambda: f"{mira.get(at)}")
    mira.post(f"{at}cancel/")
    stopped = watched(mira, asked)
    assert (stopped["state"], stopped["message"]) == ("cancelled", "Cancelled by Mira Lindqvist.")
    after = mira.post("previews/", file=written("SELECT 1 AS one FROM flights"), rows=10)
    assert watched(mira, after)["state"] == "succeeded"  # its place is free again


def test_nobody_else_sees_it_or_its_rows(played: Played) -> None:
    mira = played.person("mira")
    done = watched(mira, mira.post("previews/", file=written("SELECT * FROM flights"), rows=10))
    assert len(mira.get(f"previews/{done['id']}/rows/")["rows"]) == 10
    with pytest.raises(Surprise, match=r"not see rows|No preview"):
        played.person("priya").get(f"previews/{done['id']}/rows/")  # platform: no rows
