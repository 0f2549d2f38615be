"""What is decided about a deployment, a release and a run, beside yes and no."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slipway_cli.endings import Code
from tests.demo.typed.conftest import Said, Slipway

TAXI = "carrier-taxi"
FILE = """\
apiVersion: slipway/v1
kind: Transformation
metadata: {name: carrier-taxi, team: airline-data, title: How long planes taxi}
spec:
  inputs:
    flights: {connection: nyc-files, path: flights.parquet}
  parameters:
    month: {type: integer, default: 1}
  sql: |
    SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier
  contract:
    key: [carrier]
    columns: [{name: carrier, type: varchar}, {name: flights, type: bigint}]
  checks:
    - {name: there are some, sql: SELECT 1 WHERE (SELECT count(*) FROM result) < 2}
  deliveries: []
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a file."""
    folder = tmp_path_factory.mktemp("taxi")
    (folder / "one.yaml").write_text(FILE)
    (folder / "two.yaml").write_text(FILE.replace("GROUP BY carrier", "GROUP BY carrier LIMIT 9"))
    return folder


def number_in(said: Said) -> str:
    found = re.search(r"deployments/(\d+)/", said.aside)
    assert found, said
    return found[1]


def test_a_release_that_does_badly_waits_until_somebody_lets_it_go_on(
    slipway: Slipway, folder: Path
) -> None:
    """It failed here the last time, and so it is seen to do badly when it comes back."""
    here = ("-e", "development")
    assert slipway("mira", "register", str(folder / "one.yaml"), "--no-source").code == Code.DONE
    assert slipway("mira", "register", str(folder / "two.yaml"), "--no-source").code == Code.DONE
    assert slipway("mira", "deploy", TAXI, "1", *here, "--wait").code == Code.DONE
    failed = slipway("mira", "run", TAXI, *here, "-p", "month=77", "--wait")
    assert failed.code == Code.ENDED_BADLY, failed
    assert slipway("mira", "deploy", TAXI, "2", *here, "--wait").code == Code.DONE

    waits = slipway("mira", "deploy", TAXI, "1", *here, "--wait", "--json")
    assert waits.code == Code.WAITS_FOR_A_PERSON, waits
    number = str(waits.json["number"])
    assert waits.json["state"] == "waiting"
    assert f"Deployment {number} waits for a person" in waits.aside
    assert slipway("jonas", "advance", number).code == Code.NOT_ALLOWED
    went_on = slipway("mira", "advance", number, "--wait")
    assert went_on.out == f"Deployment {number} succeeded: {TAXI} v1 in development\n", went_on
    again = slipway("mira", "advance", number)
    assert again.code == Code.REFUSED


def test_a_deployment_is_stopped_before_it_is_live(slipway: Slipway) -> None:
    assert slipway("mira", "deploy", TAXI, "2", "-e", "staging", "--wait").code == Code.DONE
    asked = slipway("mira", "promote", TAXI, "--to", "production", "--json")
    number = str(asked.json["number"])
    assert slipway("jonas", "abort", number).code == Code.NOT_ALLOWED
    stopped = slipway("mira", "abort", number, "--reason", "Another one goes first.")
    assert stopped.out == f"Deployment {number} aborted\n"
    late = slipway("mira", "abort", number, "--json")
    assert late.code == Code.REFUSED
    assert '"type": "urn:slipway:problem:conflict"' in late.aside


def test_a_rejection_is_taken_back(slipway: Slipway) -> None:
    assert slipway("ines", "reject", TAXI, "2", "-r", "Leaves out taxis.").code == Code.DONE
    assert slipway("mira", "deploy", TAXI, "2", "-e", "development").code == Code.REFUSED
    assert slipway("mira", "lift", TAXI, "2", "-r", "It does not.").code == Code.NOT_ALLOWED
    assert slipway("ines", "lift", TAXI, "2").code == Code.USAGE
    lifted = slipway("ines", "lift", TAXI, "v2", "-r", "It was the source.")
    assert lifted.out == f"{TAXI} v2 is rejected no more\n"
    assert slipway("ines", "lift", TAXI, "2", "-r", "Once more.").code == Code.REFUSED


def test_a_queue_is_paused_and_a_run_that_waits_there_is_cancelled(
    slipway: Slipway, quiet: str
) -> None:
    why = "The source is loaded again."
    assert slipway("mira", "queue", "pause", "runs", "-r", why).code == Code.NOT_ALLOWED
    assert slipway("priya", "queue", "pause", "no-such-queue", "-r", why).code == Code.REFUSED
    assert slipway("priya", "queue", "pause", "runs", "-r", why).out == "runs is paused\n"
    try:
        listed = slipway("jonas", "queue", "list")
        assert re.search(rf"^runs .* paused by priya .* ago: {why}$", listed.out, re.MULTILINE)
        asked = slipway("mira", "run", quiet, "-e", "development", "-p", "month=8", "--json")
        number = str(asked.json["number"])
        assert slipway("jonas", "cancel", number).code == Code.NOT_ALLOWED
        cancelled = slipway("mira", "cancel", number, "-r", "The wrong month.")
        assert cancelled.out.startswith(f"Run {number} cancelled: Cancelled by Mira Lindqvist")
        assert slipway("mira", "cancel", number).code == Code.REFUSED
        assert slipway("mira", "cancel", "999999").code == Code.REFUSED
        assert slipway("mira", "cancel", "the-last").code == Code.USAGE
    finally:
        assert slipway("priya", "queue", "resume", "runs").out == "runs goes on\n"
    queues = {
        one["name"]: one["paused"] for one in slipway("jonas", "queue", "list", "--json").json
    }
    assert queues["runs"] is None
