"""Lines and traces over the API: narrowed down, paged, and refused where it would read it all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from observability.traces.stores.postgres import PostgresTraces
from tests.contracts.test_log_stores import line
from tests.contracts.test_trace_stores import TRACE, span

pytestmark = pytest.mark.django_db
LOGS = "/api/v1/logs/"
Program = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def said() -> None:
    now = timezone.now()
    PostgresLogs().write(
        [line(f"line {n}", now - timedelta(minutes=n), trace_id=TRACE) for n in range(5)]
        + [line("out of memory", now, severity=17), line("long ago", now - timedelta(hours=3))]
    )
    PostgresTraces().write([span(n, at=nanoseconds(now)) for n in (1, 2)])


def test_it_is_the_last_hour_newest_first_page_by_page(program: Program) -> None:
    reader = program("jonas", "read")
    first = reader.get(LOGS, {"component": "checkout", "limit": 4}).json()
    rest = reader.get(first["next"]).json()
    seen = [row["message"] for row in first["results"] + rest["results"]]
    assert seen[0] in {"out of memory", "line 0"}
    assert seen[-4:] == ["line 1", "line 2", "line 3", "line 4"]
    assert rest["next"] is None


def test_nothing_is_not_said_of_a_name_that_nothing_has(program: Program) -> None:
    reader = program("jonas", "read")
    answer = reader.get(LOGS, {"component": "chekout"})
    assert (answer.status_code, answer.json()["type"][-9:]) == (404, "not-found")
    assert reader.get(LOGS, {"component": "slipway"}).json()["results"] == []


def test_levels_are_words_and_the_least(program: Program) -> None:
    [row] = program("jonas", "read").get(LOGS, {"level": "warn"}).json()["results"]
    assert (row["message"], row["level"], row["severity"]) == ("out of memory", "error", 17)


def test_words_over_everything_are_refused_with_what_to_narrow(program: Program) -> None:
    reader = program("jonas", "read")
    answer = reader.get(LOGS, {"q": "memory"})
    assert answer.status_code == 422
    assert "Choose a component and at most a day" in answer.json()["detail"]
    for narrow in ({"level": "warn"}, {"component": "checkout"}):
        assert len(reader.get(LOGS, {"q": '"of memory"', **narrow}).json()["results"]) == 1
    assert len(reader.get(LOGS, {"q": "line", "trace_id": TRACE}).json()["results"]) == 5


@pytest.mark.parametrize(
    "query",
    [
        {"level": "loud"},
        {"since": "yesterday"},
        {"trace_id": "7"},
        {"run_id": "x"},
        {"limit": "0"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
)
def test_what_makes_no_sense_is_told_by_its_name(program: Program, query: dict[str, str]) -> None:
    answer = program("jonas", "read").get(LOGS, query)
    assert answer.status_code == 422
    assert set(query) & {
        answer.json()["field"],
        *(d.get("field") for d in answer.json()["details"]),
    }


def test_a_trace_is_its_spans(program: Program) -> None:
    reader = program("jonas", "read")
    found = reader.get(f"/api/v1/traces/{TRACE.upper()}/").json()
    assert found["trace_id"] == TRACE
    assert [row["kind"] for row in found["spans"]] == ["server", "server"]
    answer = reader.get(f"/api/v1/traces/{'0' * 32}/")
    assert answer.status_code == 404
    assert "No span of trace" in answer.json()["detail"]


def test_the_query_line_is_that_of_the_pages(program: Program) -> None:
    reader = program("jonas", "read")
    rows = reader.get(LOGS, {"q": f'trace:{TRACE} -"line 3" level:info'}).json()["results"]
    assert [row["message"] for row in rows] == ["line 0", "line 1", "line 2", "line 4"]
    assert reader.get(LOGS, {"q": "user=7 component:checkout"}).json()["results"]
    answer = reader.get(LOGS, {"q": "level:loud"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("At character 7: There is no level")
    assert answer.json()["details"] == [
        {"field": "q", "message": answer.json()["detail"][16:], "column": 7}
    ]


def test_it_counts_by_time_by_value_and_by_pattern(program: Program) -> None:
    reader = program("jonas", "read")
    histogram = reader.get(f"{LOGS}histogram/").json()
    assert histogram["step"] == 60
    assert sum(bar["lines"] for bar in histogram["bars"]) == 6
    facets = reader.get(f"{LOGS}facets/").json()
    assert (facets["of"], facets["is_all"]) == (6, True)
    levels = {facet["field"]: facet["values"] for facet in facets["facets"]}["level"]
    assert levels == [{"value": "info", "lines": 5}, {"value": "error", "lines": 1}]
    first, second = reader.get(f"{LOGS}patterns/").json()["results"]
    assert (first["template"], first["lines"], first["level"]) == ("line <*>", 5, "info")
    assert (second["template"], second["lines"]) == ("out of memory", 1)
    only = reader.get(LOGS, {"q": f"pattern:{second['id']}"}).json()["results"]
    assert [row["message"] for row in only] == ["out of memory"]


def test_searches_are_kept_shared_renamed_and_removed(program: Program) -> None:
    mira, jonas, hannah = (program(name, "read", "write") for name in ("mira", "jonas", "hannah"))
    kept = {"name": "Wrong", "query": "level:ERROR+", "span": "24h", "team": "airline-data"}
    made = mira.post(f"{LOGS}searches/", kept, format="json").json()
    assert (made["query"], made["owner"], made["team"]) == ("level:error+", "mira", "airline-data")
    one = f"{LOGS}searches/{made['id']}/"
    assert [row["name"] for row in jonas.get(f"{LOGS}searches/").json()["results"]] == ["Wrong"]
    assert hannah.get(one).status_code == 404
    assert jonas.patch(one, {"name": "Mine"}, format="json").status_code == 403
    assert jonas.post(f"{LOGS}searches/", kept, format="json").status_code == 403
    again = mira.post(f"{LOGS}searches/", kept, format="json")
    assert "There is a search called" in again.json()["detail"]
    bad = mira.post(f"{LOGS}searches/", {"name": "x", "query": "level:"}, format="json")
    assert "A value is missing" in bad.json()["detail"]
    assert mira.patch(one, {"name": "Bad"}, format="json").json()["name"] == "Bad"
    assert mira.delete(one).status_code == 204
    assert mira.get(f"{LOGS}searches/").json()["results"] == []
