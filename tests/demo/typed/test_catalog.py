"""`slipway catalog`: a file is looked at, and a source is read by the running workers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Slipway

GOOD = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: baggage-belt, description: Moves bags.}
spec: {type: service, lifecycle: production, owner: airline-data}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: airline-data}
spec: {type: team, children: []}
"""
BAD = GOOD.replace(", owner: airline-data", "")


@pytest.fixture(scope="module")
def sources(played: Played) -> tuple[str, str]:
    """One that is sent its file, and one whose repository lies where nobody may fetch from."""
    priya = played.person("priya")
    priya.post("catalog-sources/", name="typed-by-hand", kind="file")
    priya.post(
        "catalog-sources/",
        name="nowhere",
        kind="git",
        repository="https://127.0.0.1/air/catalog.git",
        path="catalog-info.yaml",
    )
    return "typed-by-hand", "nowhere"


def test_a_file_is_looked_at_before_it_is_committed(slipway: Slipway, tmp_path: Path) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(GOOD)
    good = slipway("jonas", "catalog", "validate", str(file))
    assert (good.code, good.out) == (Code.DONE, "2 entities\n"), good
    file.write_text(BAD)
    bad = slipway("jonas", "catalog", "validate", str(file))
    assert bad.code == Code.ENDED_BADLY
    assert re.search(rf"^{re.escape(str(file))}:4:\d+: .*owner", bad.out, re.MULTILINE), bad
    assert f"1 finding in {file}." in bad.aside
    as_json = slipway("jonas", "catalog", "validate", str(file), "--json")
    assert (as_json.code, as_json.json["findings"][0]["line"]) == (Code.ENDED_BADLY, 4)
    assert slipway("jonas", "catalog", "validate", f"{file}.none").code == Code.USAGE
    assert slipway("", "catalog", "validate", str(file)).code == Code.USAGE


def test_a_file_is_sent_and_read(
    played: Played, slipway: Slipway, sources: tuple[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "catalog-info.yaml"
    file.write_text(GOOD)
    words = ("catalog", "sync", sources[0], "--file", str(file), "--wait")
    assert slipway("mira", *words).code == Code.NOT_ALLOWED
    done = slipway("priya", *words)
    assert done.code == Code.DONE, done
    assert done.out == "typed-by-hand: 2 entities.\n"
    belt = played.person("jonas").get("components/baggage-belt/")
    assert (belt["team"], belt["kind"]) == ("airline-data", "service")

    file.write_text(BAD)
    wrong = slipway("priya", *words)
    assert wrong.code == Code.ENDED_BADLY, wrong
    assert "Something in typed-by-hand is wrong: " in wrong.aside
    file.write_text(GOOD)
    assert slipway("priya", *words, "--json").json["state"] == "idle"


def test_a_repository_that_can_t_be_read_ends_badly(
    slipway: Slipway, sources: tuple[str, str]
) -> None:
    asked = slipway("priya", "catalog", "sync", sources[1])
    assert asked.code == Code.DONE, asked
    ended = slipway("priya", "catalog", "sync", sources[1], "--wait")
    assert ended.code in {Code.ENDED_BADLY, Code.REFUSED}, ended
    assert slipway("priya", "catalog", "sync", "no-such-source").code == Code.REFUSED
