"""The alert rules that come with Slipway: each is about what is there, and says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from launch.places import ROOT
from tests.observability.instrumentation.test_outlets import note

RULES = ROOT / "docs" / "prometheus-alerts.yaml"
[GROUP] = yaml.safe_load(RULES.read_text())["groups"]
WAITS = 'slipway_oldest_waiting_seconds{job="slipway",queue="runs"}'
PAUSED = 'slipway_destinations_paused{job="slipway"}'
STATUS = 'django_http_responses_total_by_status_total{job="slipway",status="%s"}'
UP = 'up{job="slipway"}'


@pytest.fixture
def prometheus() -> str:
    """Where Debian's promtool is."""
    found = shutil.which("promtool")
    assert found
    return found


def test_each_says_what_is_wrong_and_what_to_do() -> None:
    for rule in GROUP["rules"]:
        assert set(rule["annotations"]) == {"summary", "fix"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["for"]


@pytest.mark.django_db
def test_each_is_about_figures_that_are_there() -> None:
    # Of processes that told something of themselves, as those of a running Slipway do.
    note("vm:1", 1)
    scraped = Client().get("/metrics").content.decode()
    there = set(re.findall(r"^# TYPE (\w+)", scraped, re.MULTILINE))
    asked = set(re.findall(r"\b((?:slipway|django)_\w+)\{", str(GROUP)))
    assert len(asked) > 5
    assert asked <= there


@pytest.mark.parametrize(
    ("alert", "series", "is_told"),
    [
        ("SlipwayDown", {UP: "0x60"}, True),
        ("SlipwayDown", {PAUSED: "0x60"}, True),  # nothing is scraped at all
        ("SlipwayDown", {UP: "1x60"}, False),
        ("SlipwayWorkWaits", {UP: "1x60", WAITS: "301x60"}, True),
        ("SlipwayWorkWaits", {UP: "1x60", WAITS: "299x60"}, False),
        ("SlipwayDestinationRests", {UP: "1x60", PAUSED: "0x9 1x51"}, True),
        ("SlipwayDestinationRests", {UP: "1x60", PAUSED: "1x9 0x51"}, False),
        ("SlipwayErrors", {STATUS % 200: "0+100x60", STATUS % 500: "0+3x60"}, True),
        ("SlipwayErrors", {STATUS % 200: "0+100x60", STATUS % 500: "0+1x60"}, False),
    ],
)
def test_it_is_told_when_somebody_should_look_and_only_then(
    prometheus: str, tmp_path: Path, alert: str, series: dict[str, str], *, is_told: bool
) -> None:
    at = {"eval_time": "45m", "alertname": alert, "exp_alerts": []}
    written = [{"series": name, "values": values} for name, values in series.items()]
    assert told(prometheus, tmp_path, written, at) is is_told


def told(promtool: str, folder: Path, series: list[Any], at: dict[str, Any]) -> bool:
    """Whether something was told though nothing was expected: how is not compared."""
    case = {"interval": "1m", "input_series": series, "alert_rule_test": [at]}
    file = folder / "case.yaml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": [case]}))
    ran = subprocess.run(
        [promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0 or "got:[" in said.replace(" ", "").replace("\n", ""), said
    return ran.returncode != 0
