"""Figures over the API, and the same figures computed by hand from its raw rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from rest_framework.test import APIClient

from observability.changes import operations as changes
from observability.changes.models import Change, Link
from observability.dora import operations
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.conftest import NOW
from tests.observability.dora.conftest import Deployed

URL, ROWS = "/api/v1/dora/", "/api/v1/dora/rows/"
HOUR = 3600


def figures(client: APIClient, query: str = "") -> dict[str, dict[str, Any]]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.json()
    return {each["metric"]: each for each in answer.json()["figures"]}


def test_the_figures_of_a_history(
    history: dict[str, Change], program: Callable[..., APIClient]
) -> None:
    found = figures(program("jonas", "read"), "component=weather-api")
    assert found["frequency"]["value"] == pytest.approx(5 / 90 * 7)
    assert (found["lead_time"]["value"], found["lead_time"]["n"]) == (
        pytest.approx(18 * HOUR, abs=2),
        4,
    )
    assert (found["fail_rate"]["value"], found["fail_rate"]["n"]) == (0.2, 5)
    assert found["recovery"]["value"] == pytest.approx(2 * HOUR, abs=2)
    assert found["rework_rate"]["value"] == 0.2
    assert (found["delivery"]["value"], found["delivery"]["n"]) == (None, 0)
    assert found["fail_rate"]["nearest_2024"] == "high"


def test_without_anything_there_are_no_zeros(
    component: Component, program: Callable[..., APIClient]
) -> None:
    found = figures(program("jonas", "read"))
    assert {each["value"] for each in found.values()} == {None}


def test_what_is_left_out_is_said(
    history: dict[str, Change], program: Callable[..., APIClient]
) -> None:
    answer = program("jonas", "read").get(f"{URL}?component=weather-api").json()
    assert answer["left_out"] == {"never_live": 1, "baselines": 1, "undated": 0, "skewed": 0}


def test_a_team_is_a_distribution_over_its_components(
    component: Component,
    other: Component,
    deployed: Deployed,
    program: Callable[..., APIClient],
) -> None:
    for of, hours in ((component, 10), (other, 100)):
        deployed(of, 1000)
        deployed(of, 500, commits=[500 + hours])
    answer = program("jonas", "read").get(URL).json()
    lead = next(each for each in answer["figures"] if each["metric"] == "lead_time")
    assert [row["component"] for row in answer["components"]] == ["invoices", "weather-api"]
    assert lead["value"] == pytest.approx(55 * HOUR, abs=2)
    assert lead["low"] == pytest.approx(32.5 * HOUR, abs=2)
    assert figures(program("jonas", "read"), "team=finance-data")["lead_time"]["n"] == 1


def test_what_happened_before_the_window_still_counts_for_it(
    component: Component, deployed: Deployed, program: Callable[..., APIClient]
) -> None:
    """The place had begun, and a commit that was live years ago is no news."""
    old = deployed(component, 24 * 400, commits=[24 * 401])
    again = deployed(component, 24, commits=[30])
    changes.add_commits(change=again, commits=list(old.commits.all()))
    rows = program("jonas", "read").get(f"{ROWS}?component=weather-api&days=7").json()["results"]
    assert [row["verdict"]["is_baseline"] for row in rows] == [False]
    found = figures(program("jonas", "read"), "component=weather-api&days=7")
    assert found["lead_time"]["n"] == 2 - 1


def test_what_restored_it_after_the_window_is_known(
    component: Component, deployed: Deployed, program: Callable[..., APIClient]
) -> None:
    wrong = deployed(component, 24 * 30)
    deployed(component, 24 * 2, reverses=wrong)
    day = wrong.live_at.date()
    found = figures(program("jonas", "read"), f"component=weather-api&since={day}&until={day}")
    assert found["recovery"]["value"] == pytest.approx(28 * 24 * HOUR, abs=400)


def test_a_rejection_is_a_failure_until_it_is_lifted(
    component: Component, deployed: Deployed, program: Callable[..., APIClient]
) -> None:
    one = deployed(component, 20)
    judged = changes.record(
        kind=Change.Kind.REJECTION, external_id="r", component=component, title="v1 rejected",
        by=None, started_at=NOW, outcome=Change.Outcome.SUCCEEDED,
    )  # fmt: skip
    changes.link(change=judged, other=one, kind=Link.Kind.CAUSED_BY)
    client = program("jonas", "read")
    assert figures(client, "component=weather-api")["fail_rate"]["value"] == 1
    lifted = changes.record(
        kind=Change.Kind.LIFT, external_id="l", component=component, title="v1 no longer rejected",
        by=None, started_at=NOW, outcome=Change.Outcome.SUCCEEDED,
    )  # fmt: skip
    changes.link(change=lifted, other=judged, kind=Link.Kind.REVERSES)
    assert figures(client, "component=weather-api")["fail_rate"]["value"] == 0


def test_a_delivery_ends_the_way_of_a_commit_unless_it_was_rejected(
    history: dict[str, Change], component: Component, program: Callable[..., APIClient]
) -> None:
    last = history["last"]
    assert last.finished_at
    where: dict[str, Any] = {"component": component, "environment": "production", "url": ""}
    client = program("jonas", "read")
    release = int(last.release)
    operations.first_delivery(**where, release=release, now=last.finished_at)
    operations.first_delivery(**where, release=release, now=NOW)  # not the first
    assert figures(client, "component=weather-api&days=2")["delivery"]["value"] == pytest.approx(
        30 * HOUR, abs=2
    )
    operations.withdraw(component=component, releases=[release], now=NOW)
    found = figures(client, "component=weather-api&days=2")["delivery"]
    assert (found["value"], found["open"]) == (None, 1)
    operations.restore(component=component, releases=[release])
    assert figures(client, "component=weather-api&days=2")["delivery"]["n"] == 1


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("component=nothing", 404, None),
        ("team=nobody", 404, "team"),
        ("days=soon", 422, "days"),
        ("per=person", 422, "per"),
        ("since=2026-13-01", 422, "since"),
    ],
)
def test_what_can_not_be_meant_is_refused_in_words(
    component: Component,
    program: Callable[..., APIClient],
    query: str,
    status: int,
    field: str | None,
) -> None:
    answer = program("jonas", "read").get(f"{URL}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_the_figures_are_those_of_the_raw_rows(
    component: Component,
    deployed: Deployed,
    people: dict[str, User],
    program: Callable[..., APIClient],
) -> None:
    """Computed once more in plain Python from what the axis says, without the verdicts."""
    deployed(component, 1200, commits=[1210])
    for number in range(12):
        ago = 1100 - number * 80
        one = deployed(component, ago, commits=[ago + 7 * (number + 1), ago + 3])
        if number in {2, 6, 7}:
            deployed(component, ago - number, reverses=one)
        if number == 9:
            deployed(component, ago - 30, fixes=one)
    deployed(component, 30, live_at=None, outcome=Change.Outcome.FAILED)
    spoiled = deployed(component, 10, outcome=Change.Outcome.FAILED)
    excused = Change.objects.filter(links_back__isnull=False).earliest("started_at")
    operations.reclassify(
        change=excused, what="not_a_failure", reason="A drill.", by=people["ines"], now=NOW
    )
    client = program("jonas", "read")
    rows = client.get(f"{ROWS}?component=weather-api&limit=200").json()["results"]
    mine = by_hand([row for row in rows if row["live_at"]])
    found = figures(client, "component=weather-api")
    assert spoiled.title in {row["title"] for row in rows}
    assert {name: (each["n"], each["open"]) for name, each in found.items()} == {
        name: (n, still_open) for name, (_, n, still_open) in mine.items()
    }
    for name, (value, _, _) in mine.items():
        assert found[name]["value"] == (None if value is None else pytest.approx(value)), name


Own = dict[str, tuple[float | None, int, int]]


def by_hand(rows: list[dict[str, Any]]) -> Own:
    """The definitions once more, from raw rows, each as plainly as it can be said."""
    rows = sorted(rows, key=lambda row: row["live_at"])
    by_id = {row["id"]: row for row in rows}
    leads, seen = [], {commit["sha"] for commit in rows[0]["commits"]}
    for row in rows[1:]:
        for commit in row["commits"]:
            if commit["sha"] not in seen:
                seen.add(commit["sha"])
                leads.append(gap(commit["committed_at"], row["live_at"]))
    failed = [row for row in rows if is_failed(row)]
    recoveries = []
    for row in failed:
        menders = [by_id[link["change"]] for link in row["links_back"]]
        later = [each for each in rows if each["live_at"] > row["live_at"] and not is_failed(each)]
        if found := menders or later:
            recoveries.append(gap(row["live_at"], min(each["live_at"] for each in found)))
    rework = [row for row in rows if row["kind"] == "rollback" or row["links"]]
    count = len(rows)
    return {
        "frequency": (count / 90 * 7, count, 0),
        "lead_time": (median(leads), len(leads), 0),
        "fail_rate": (len(failed) / count, count, 0),
        "recovery": (median(recoveries), len(recoveries), len(failed) - len(recoveries)),
        "rework_rate": (len(rework) / count, count, 0),
        "delivery": (None, 0, 0),
    }


def is_failed(row: dict[str, Any]) -> bool:
    return not row["said"] and (bool(row["links_back"]) or row["outcome"] == "failed")


def gap(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def test_rows_come_newest_first_page_by_page(
    history: dict[str, Change], program: Callable[..., APIClient]
) -> None:
    client = program("jonas", "read")
    seen, url = [], f"{ROWS}?component=weather-api&limit=4"
    while url:
        page = client.get(url).json()
        seen += [row["started_at"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == 6
    assert all(one > two for one, two in pairwise(seen))


def test_it_takes_the_same_queries_however_long(
    component: Component,
    deployed: Deployed,
    program: Callable[..., APIClient],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    client = program("jonas", "read")
    for number in range(30):
        one = deployed(component, 10 + number * 3, commits=[12 + number * 3])
        if number % 5 == 0:
            deployed(component, 9 + number * 3, reverses=one)
    with django_assert_max_num_queries(17):
        client.get(f"{URL}?team=airline-data")
    with django_assert_max_num_queries(25):
        client.get(f"{ROWS}?team=airline-data")
