"""The editor completes what the engine knows: its list of words is held against DuckDB itself."""

from __future__ import annotations

import re

import duckdb
import pytest

from launch.places import ROOT

LISTS = re.compile(r"const (\w+) = `([^`]*)`")
SCRIPT = ROOT / "static" / "portal" / "js" / "editor" / "words.js"
WORDS = {name: words.split() for name, words in LISTS.findall(SCRIPT.read_text())}
FUNCTIONS = [name for name in WORDS if name not in {"keywords", "types"}]


def asked(query: str) -> set[str]:
    with duckdb.connect() as engine:
        return {name.lower() for (name,) in engine.execute(query).fetchall()}


def test_every_keyword_is_one() -> None:
    assert set(WORDS["keywords"]) <= asked("SELECT keyword_name FROM duckdb_keywords()")


def test_every_type_is_one() -> None:
    assert set(WORDS["types"]) <= asked("SELECT type_name FROM duckdb_types()")


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_every_function_is_one(kind: str) -> None:
    grammar = {"coalesce"}  # a function to people; the engine's grammar knows it, no list does
    known = asked("SELECT function_name FROM duckdb_functions()") | grammar
    assert set(WORDS[kind]) <= known
    assert WORDS[kind]


def test_no_word_means_two_things() -> None:
    """What is both would be coloured as the last of them."""
    functions = [word for kind in FUNCTIONS for word in WORDS[kind]]
    assert len(functions) == len(set(functions))
    assert not set(functions) & {*WORDS["keywords"], *WORDS["types"]}
