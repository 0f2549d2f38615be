"""What the README names exists: paths, settings' names and the methods of the ports."""

from __future__ import annotations

import re

import pytest

from launch.places import ROOT
from pipelines.connections.sources.base import SourceAdapter
from pipelines.deliveries.destinations.base import Destination
from pipelines.engines.base import Engine

TEXT = (ROOT / "README.md").read_text()
PATH = re.compile(r"`([a-z_]+/[a-z_/]*(?:\.[a-z]+)?)`")
GUIDES = {
    "## Adding a kind of destination": Destination,
    "## Adding a kind of source": SourceAdapter,
    "## Adding an engine": Engine,
}


def test_every_path_is_there() -> None:
    named = PATH.findall(TEXT)
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_kind_of_tests_is_on_the_map() -> None:
    line = TEXT.partition("\ntests/ ")[2].partition("\ndocs/")[0].split()
    floors = {"portal", "observability", "deployments", "pipelines"}
    packages = {path.parent.name for path in (ROOT / "tests").glob("*/*.py")}
    assert packages - floors - set(line) == set()


def test_every_reference_is_linked() -> None:
    there = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert there - set(re.findall(r"\]\(([^)#:]+)\)", TEXT)) == set()


@pytest.mark.parametrize("title", GUIDES)
def test_a_guide_names_each_method_of_its_port(title: str) -> None:
    guide = TEXT.partition(title)[2].partition("\n## ")[0]
    methods = {name for name in vars(GUIDES[title]) if not name.startswith("_")}
    named = set(re.findall(r"`([a-z_]+)`", guide))
    assert methods - named == set()
