"""What the demonstration ends on is true for what it did: logs, trace, axis, comparison, DORA.

DORA is computed here once more, from the rows of the API alone and with nothing of the portal's own
code: each figure by its definition, as a person would with a pencil.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from demo import story
from demo.story import PUNCTUALITY
from tests.demo.conftest import Played

DAYS = 7
OURS = "slipway"  # what comes from outside, a guide may have sent


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Pencil:
    """The rows of one component in production, and the figures out of them."""

    def __init__(self, played: Played) -> None:
        api = played.person("jonas")
        now = datetime.now(UTC)
        self.since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(DAYS - 1)
        changes = list(api.every("changes/", component=PUNCTUALITY))
        self.changes = {change["id"]: change for change in changes}
        self.live = sorted(
            (
                change
                for change in changes
                if change["environment"] == "production"
                and change["kind"] in {"deployment", "rollback"}
                and change["live_at"]
            ),
            key=lambda change: at(change["live_at"]),
        )
        rejected = {
            release["number"]
            for release in api.every("releases/", component=PUNCTUALITY)
            if release["rejection"]
        }
        self.delivered: dict[int, datetime] = {}
        for row in api.every(
            "deliveries/", transformation=PUNCTUALITY, environment="production", state="delivered"
        ):
            number, when = row["provenance"]["version"], at(row["delivered_at"])
            if number not in rejected:
                self.delivered[number] = min(when, self.delivered.get(number, when))

    def against(self, change: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What says that it reverses, fixes, or was caused by this one."""
        for other in self.changes.values():
            if any(link["change"] == change["id"] for link in other["links"]):
                yield other

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [one for one in self.live if one["outcome"] == "failed" or any(self.against(one))]

    @property
    def rework(self) -> list[dict[str, Any]]:
        return [one for one in self.live if one["kind"] == "rollback" or not one["is_planned"]]

    def commits(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Commits that were new in production, with what brought them; the first has none."""
        seen = {commit["sha"] for commit in self.live[0]["commits"]}
        for one in self.live[1:]:
            for commit in one["commits"]:
                if commit["sha"] not in seen:
                    seen.add(commit["sha"])
                    yield one, commit

    def lead_times(self) -> list[float]:
        return [_between(commit["committed_at"], one["live_at"]) for one, commit in self.commits()]

    def recoveries(self) -> list[float]:
        """Until the rollback or the fix was live."""
        found = []
        for one in self.failed:
            ends = [
                at(other["live_at"])
                for other in self.against(one)
                if other["kind"] in {"deployment", "rollback"} and other["live_at"]
            ]
            found.append((min(ends) - at(one["live_at"])).total_seconds())
        return found

    def deliveries(self) -> tuple[list[float], int]:
        """From a commit to the first delivery of its release or a later one that nobody rejected,
        and how many commits wait for theirs."""
        found, waiting = [], 0
        for one, commit in self.commits():
            due = [when for n, when in self.delivered.items() if n >= int(one["release"])]
            if due:
                found.append((min(due) - at(commit["committed_at"])).total_seconds())
            else:
                waiting += 1
        return found, waiting


def _between(first: str, last: str) -> float:
    return (at(last) - at(first)).total_seconds()


@pytest.fixture
def pencil(played: Played) -> Pencil:
    return Pencil(played)


@pytest.fixture
def figures(played: Played) -> dict[str, dict[str, Any]]:
    asked = {"component": PUNCTUALITY, "environment": "production", "days": str(DAYS)}
    report = played.person("jonas").get("dora/", **asked)
    return {figure["metric"]: figure for figure in report["figures"]}


def test_all_that_was_deployed_lies_in_the_window(pencil: Pencil) -> None:
    assert len(pencil.live) >= 3
    assert all(at(one["live_at"]) >= pencil.since for one in pencil.live)


def test_deployment_frequency(pencil: Pencil, figures: dict[str, Any]) -> None:
    assert figures["frequency"]["n"] == len(pencil.live)
    assert figures["frequency"]["value"] == pytest.approx(len(pencil.live) / DAYS * 7)


def test_change_lead_time(pencil: Pencil, figures: dict[str, Any]) -> None:
    leads = pencil.lead_times()
    assert figures["lead_time"]["n"] == len(leads) > 0
    assert figures["lead_time"]["value"] == pytest.approx(median(leads), abs=0.01)


def test_change_fail_rate(pencil: Pencil, figures: dict[str, Any], played: Played) -> None:
    assert figures["fail_rate"]["value"] == pytest.approx(len(pencil.failed) / len(pencil.live))
    number = played.account["facts"]["bad_deployment"]
    assert [one["url"] for one in pencil.failed] == [f"/deployments/{number}/"]


def test_failed_deployment_recovery_time(pencil: Pencil, figures: dict[str, Any]) -> None:
    recoveries = pencil.recoveries()
    assert figures["recovery"]["n"] == len(recoveries)
    assert figures["recovery"]["value"] == pytest.approx(median(recoveries), abs=0.01)


def test_deployment_rework_rate(pencil: Pencil, figures: dict[str, Any]) -> None:
    rate = len(pencil.rework) / len(pencil.live)
    assert figures["rework_rate"]["value"] == pytest.approx(rate)


def test_commit_to_the_first_correct_delivery(pencil: Pencil, figures: dict[str, Any]) -> None:
    """v3 was delivered and rejected: its commit still waits, or another release has brought it."""
    found, waiting = pencil.deliveries()
    figure = figures["delivery"]
    assert (figure["n"], figure["open"]) == (len(found), waiting)
    assert figure["value"] == (pytest.approx(median(found), abs=0.01) if found else None)


def test_the_lines_of_the_stopped_run_say_what_its_check_said(played: Played) -> None:
    facts = played.account["facts"]
    run = played.person("jonas").get(f"runs/{facts['stopped_run_id']}/")
    asked = {"run_id": run["id"], "since": run["requested_at"], "limit": "500"}
    lines = played.person("jonas").get("logs/", **asked)["results"]
    assert len(lines) >= facts["logged"]["lines"] > 0
    assert {line["component"] for line in lines} == {PUNCTUALITY}
    assert {line["environment"] for line in lines} == {"staging"}
    assert facts["logged"]["worst"] in {line["message"] for line in lines}
    assert "counted twice" in facts["logged"]["worst"]


def test_one_trace_holds_the_run_and_its_deliveries(played: Played) -> None:
    traced = played.account["facts"]["traced"]
    spans = played.person("jonas").get(f"traces/{traced['trace_id']}/")["spans"]
    known = {span["span_id"] for span in spans}
    assert [span["name"] for span in spans if span["parent_id"] not in known]
    told = {span["attributes"].get("slipway.delivery") for span in spans} - {None}
    assert len(traced["deliveries"]) == 2
    assert told == set(traced["deliveries"])
    numbers = {span["attributes"].get("slipway.run") for span in spans} - {None}
    assert numbers == {played.account["facts"]["wrong_run_number"]}


def test_the_axis_is_what_deployments_rejections_and_rollbacks_were(
    played: Played, pencil: Pencil
) -> None:
    jonas = played.person("jonas")
    every = list(jonas.every("deployments/", component=PUNCTUALITY))
    kinds = {"release": "deployment", "configuration": "configuration", "rollback": "rollback"}
    told = {
        (change["url"], change["kind"], change["environment"])
        for change in pencil.changes.values()
        if change["kind"] in kinds.values() and change["source"] == OURS
    }
    assert told == {(one["url"], kinds[one["kind"]], one["environment"]) for one in every}
    rejected = [one for one in pencil.changes.values() if one["kind"] == "rejection"]
    assert [one["reason"] for one in rejected] == [story.REJECTED]


def test_the_rollback_keeps_the_figures_that_it_was_decided_by(played: Played) -> None:
    facts, jonas = played.account["facts"], played.person("jonas")
    kept = jonas.get(f"deployments/{facts['rollback']}/evidence/")
    assert kept["against"] == facts["bad_deployment"]
    runs = jonas.every("runs/", component=PUNCTUALITY, environment="production")
    wrong = next(run for run in runs if run["number"] == facts["wrong_run_number"])
    assert kept["figures"]["runs"]["failed"]["after"] == 1
    assert wrong["number"] in {one["run"] for one in kept["figures"]["examples"]}


def test_it_says_where_to_look(played: Played) -> None:
    titles = " ".join(link["title"] for link in played.account["links"])
    for what in ("logs", "trace", "axis", "DORA", "beside v1"):
        assert what in titles
    for said in ("The log of the run", "One trace of", "The axis of changes", "DORA of"):
        assert said in played.said
