"""Whatever stands in a file, reading it says what is wrong, with a place that is in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import yaml
from hypothesis import HealthCheck, given, settings

from portal.golden_paths import queries, reading, shipped
from portal.golden_paths.rules import Facts, Vocabulary
from tests.portal.golden_paths.world import JAM

FACTS = Facts(frozenset({"jar", "note"}), frozenset({"jar"}), frozenset({"place"}))
KNOWN = Vocabulary(
    steps=dict.fromkeys(("jar.put", "jar.nail", "jar.ripen"), FACTS),
    names=frozenset({"team"}),
    verbs=frozenset({"component.register"}),
    teams=frozenset(),
    editors=frozenset(),
    icons=frozenset({"right"}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
LINES = JAM.strip().splitlines()


def test_the_tests_own_path_is_right() -> None:
    found = reading.read(JAM, KNOWN)
    assert found.findings == ()
    assert found.definition is not None
    assert [step.id for step in found.definition.spec.steps] == ["first", "spice", "nail", "ripe"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_file_with_something_else_somewhere(data: st.DataObject) -> None:
    """Any value of the file replaced by anything: it never raises, and every place exists."""
    content = yaml.safe_load(JAM)
    holder, key = data.draw(st.sampled_from(list(_places(content))))
    holder[key] = data.draw(JSON)
    _judge(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.text(max_size=12), st.integers(0, 30))
def test_a_file_with_something_typed_somewhere(number: int, typed: str, column: int) -> None:
    line = LINES[number]
    typo = f"{line[:column]}{typed}{line[column:]}"
    _judge("\n".join([*LINES[:number], typo, *LINES[number + 1 :]]))


def test_the_content_is_its_identity_however_it_is_written() -> None:
    content = yaml.safe_load(JAM)
    written = yaml.safe_dump(content, sort_keys=True)
    one, other = reading.read(JAM, KNOWN), reading.read(written, KNOWN)
    assert reading.digest(one.content) == reading.digest(other.content)
    assert reading.read(content, KNOWN).content == one.content


def test_every_step_that_is_shipped_is_understood(db: None) -> None:
    known = queries.vocabulary()
    for file in shipped.files():
        assert reading.read(file, known).findings == ()


def _judge(file: str) -> None:
    found = reading.read(file, KNOWN)
    lines = file.split("\n")
    for finding in found.findings:
        assert finding.message
        if finding.line is not None and finding.column is not None:
            assert finding.line <= len(lines) + 1
    assert (found.definition is None) == bool(found.findings)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value, number
            yield from _places(inner)
