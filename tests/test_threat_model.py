"""The threat model names tests: each of them exists, and there are enough."""

from __future__ import annotations

import ast
import re

from launch.places import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
TEXT = (ROOT / "docs" / "threat-model.md").read_text()


def test_every_test_that_it_names_exists() -> None:
    named = NAMED.findall(TEXT)
    missing = [
        f"{place}::{name}"
        for place, name in named
        if not (ROOT / place).exists() or (name and name not in functions(place))
    ]
    assert missing == []
    assert len(set(named)) > 60


def test_every_attack_has_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ")]
    attacks = [row for row in rows if row.count("|") == 4 and "| shown by |" not in row]
    of_tests = [row for row in attacks if NAMED.search(row)]
    assets = TEXT.partition("## Where trust ends")[0]
    assert [row for row in attacks if row not in of_tests and row not in assets] == []
    assert len(of_tests) >= 40


def functions(place: str) -> set[str]:
    tree = ast.parse((ROOT / place).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
