"""How a component fares, and what calls what."""

from __future__ import annotations

import re

from slipway_cli.endings import Code
from tests.demo.typed.conftest import Slipway

PUNCTUALITY = "carrier-punctuality"


def test_health_says_rate_errors_and_duration_beside_the_time_before(slipway: Slipway) -> None:
    said = slipway("jonas", "health", PUNCTUALITY)
    assert said.code == Code.DONE
    assert said.out.startswith(f"{PUNCTUALITY} in production, ")
    for figure in ("requests", "a second", "failed", "median", "p95", "p99"):
        assert re.search(rf"^{figure} ", said.out, re.MULTILINE), said.out
    assert re.search(r"^\d+ runs: \d+ failed, \d+ under way$", said.out, re.MULTILINE), said.out
    staging = slipway("jonas", "health", PUNCTUALITY, "-e", "staging", "--span", "7d", "--json")
    assert (staging.json["environment"], staging.json["component"]) == ("staging", PUNCTUALITY)
    assert slipway("jonas", "health", PUNCTUALITY, "--span", "9y").code == Code.REFUSED
    assert slipway("jonas", "health", "no-such-thing").code == Code.REFUSED


def test_the_map_says_what_is_called_and_whether_that_is_declared(slipway: Slipway) -> None:
    edges = slipway("jonas", "map", "--time", "1h", "-n", "200", "--json").json
    assert all({"caller", "callee", "calls", "way"} <= edge.keys() for edge in edges)
    shown = slipway("jonas", "map", "--time", "1h")
    assert shown.code == Code.DONE
    assert shown.out.startswith("caller" if edges else "Nothing called anything")
    around = slipway("jonas", "map", "queue:runs", "--depth", "2", "--way", "declared")
    assert around.code == Code.DONE, around
    assert slipway("jonas", "map", "--sort", "colour").code == Code.REFUSED
