"""`slipway path`: what there is, what it would do, doing it, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.places import ROOT
from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Slipway

PATH, LAMPS = "deprecate-component", "quay-lamps"
ANSWERS = ("-a", f"component={LAMPS}", "-a", "sunset_on=2035-12-31")


@pytest.fixture(scope="module")
def lamps(played: Played) -> str:
    """A component that may end."""
    played.person("priya").post(
        "components/", name=LAMPS, team="airline-data", kind="service", title="Lamps of the quay"
    )
    return LAMPS


def test_the_paths_are_listed_and_a_dry_run_says_what_one_would_do(
    slipway: Slipway, lamps: str
) -> None:
    listed = slipway("mira", "path", "list")
    assert f"\n{PATH} " in listed.out
    planned = slipway("ines", "path", "plan", PATH, *ANSWERS)
    assert planned.code == Code.DONE, planned
    assert planned.out.startswith("+ ")
    assert lamps in planned.out
    assert "/golden-paths/runs/" in planned.aside
    missing = slipway("ines", "path", "plan", PATH, "-a", f"component={lamps}")
    assert missing.code == Code.REFUSED, missing
    assert slipway("ines", "path", "plan", PATH, "-a", "component").code == Code.USAGE
    assert slipway("ines", "path", "plan", "no-such-path").code == Code.REFUSED


def test_it_is_done_and_taken_back(played: Played, slipway: Slipway, lamps: str) -> None:
    assert slipway("jonas", "path", "start", PATH, *ANSWERS).code == Code.NOT_ALLOWED
    done = slipway("ines", "path", "start", PATH, *ANSWERS, "--wait")
    assert done.code == Code.DONE, done
    assert done.out.endswith(f"({lamps}) done\n")
    number = done.out.split()[1]
    told = slipway("ines", "path", "status", number)
    assert told.out.startswith(done.out)
    assert told.out.count("\n  done  ") == 2, told
    assert played.person("ines").get(f"components/{lamps}/")["lifecycle"] == "deprecated"
    undone = slipway("ines", "path", "undo", number, "-r", "The quay stays.", "--wait")
    assert undone.out == f"{PATH} {number} ({lamps}) undone\n", undone
    assert slipway("ines", "path", "undo", number, "-r", "Once more.").code == Code.REFUSED


def test_a_step_that_fails_is_tried_again_and_what_waits_is_cancelled(
    played: Played, slipway: Slipway, lamps: str
) -> None:
    """The component is another team's when the step begins, and theirs again when it is retried."""
    priya = played.person("priya")

    def hand_over(to: str) -> None:
        path = f"components/{lamps}/hand-over/"
        priya.post(path, to=to, reason="To try it.", confirm=lamps)

    slipway("priya", "queue", "pause", "control", "-r", "To look at what waits.")
    try:
        first = slipway("ines", "path", "start", PATH, *ANSWERS, "--json").json["number"]
        cancelled = slipway("ines", "path", "cancel", str(first), "-r", "Not this year.")
        assert cancelled.out == f"{PATH} {first} ({lamps}) cancelled\n"
        number = str(slipway("ines", "path", "start", PATH, *ANSWERS, "--json").json["number"])
        listed = slipway("ines", "path", "status")
        assert f"\n{number} " in listed.out
        late = slipway("ines", "path", "retry", number)
        assert (late.code, "has failed" in late.aside) == (Code.REFUSED, True)
        hand_over("finance-data")
    finally:
        assert slipway("priya", "queue", "resume", "control").code == Code.DONE
    played.person("priya").until(
        f"golden-path-runs/{number}/", lambda seen: seen["state"] == "failed", "the step to fail"
    )
    hand_over("airline-data")
    again = slipway("ines", "path", "retry", number, "--wait")
    assert again.out == f"{PATH} {number} ({lamps}) done\n", again
    assert slipway("ines", "path", "status", "--json").json == []


def test_a_file_is_published_and_is_the_same_version_again(slipway: Slipway) -> None:
    file = str(Path(ROOT, "portal", "golden_paths", "paths", f"{PATH}.yaml"))
    assert slipway("mira", "path", "publish", file).code == Code.NOT_ALLOWED
    published = slipway("priya", "path", "publish", file)
    assert published.out == f"{PATH} v1\n", published
