"""The identity of a content: what it is blind to, and that it sees everything else."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.transformations import digest, reading
from tests.pipelines.transformations.files import GOOD, changed

SPEC = reading.read(GOOD).spec
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | WORDS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
SPECS = st.fixed_dictionaries(
    {"sql": st.text(" \nabcé\r\"'\\{}:#-", min_size=1, max_size=40)},
    optional={"inputs": JSON, "parameters": JSON, "defaults": JSON},
)


def shuffled(value: Any, dice: Any) -> Any:
    if isinstance(value, dict):
        names = list(value)
        dice.shuffle(names)
        return {name: shuffled(value[name], dice) for name in names}
    return [shuffled(inner, dice) for inner in value] if isinstance(value, list) else value


@given(spec=SPECS, dice=st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(spec: dict[str, Any], dice: Any) -> None:
    assert digest.identity(shuffled(spec, dice)) == digest.identity(spec)


@given(spec=SPECS, newline=st.sampled_from(["\r\n", "\r"]))
def test_the_style_of_newlines_does_not_matter(spec: dict[str, Any], newline: str) -> None:
    spec["sql"] = spec["sql"].replace("\r", "")
    other = {**spec, "sql": spec["sql"].replace("\n", newline)}
    assert digest.identity(other) == digest.identity(spec)
    assert digest.normalised(other) == digest.normalised(spec)


@given(one=SPECS, other=SPECS)
def test_different_content_has_different_identities(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assume(digest.normalised(one) != digest.normalised(other))
    if json.loads(digest.canonical_json(one)) != json.loads(digest.canonical_json(other)):
        assert digest.identity(one) != digest.identity(other)


@given(spec=SPECS)
def test_a_file_says_the_same_in_yaml_and_in_json(spec: dict[str, Any]) -> None:
    file = {"metadata": {}, "spec": digest.normalised(spec)}
    as_json = reading.document.read(json.dumps(file))
    assert digest.canonical_json(as_json.data["spec"]) == digest.canonical_json(file["spec"])


def test_the_good_file_says_the_same_in_every_form() -> None:
    data = reading.read(GOOD).document.data
    forms = [
        GOOD,
        GOOD.encode(),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        json.dumps(data),
        yaml.safe_dump(data, sort_keys=True),
        data,
    ]
    assert {digest.identity(reading.read(form).spec) for form in forms} == {digest.identity(SPEC)}


def test_every_change_of_content_is_seen() -> None:
    leaves = [path for path, _ in walk(SPEC)]
    for path in leaves:
        other = copy.deepcopy(SPEC)
        holder = other
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = f"{holder[path[-1]]}x"
        assert digest.identity(other) != digest.identity(SPEC), path


def walk(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    pairs = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list)
        else []
    )  # fmt: skip
    found = [leaf for key, inner in pairs for leaf in walk(inner, (*path, key))]
    return found or [(path, value)]


def test_where_it_comes_from_and_who_owns_it_stand_outside() -> None:
    elsewhere = changed("commit: 3f9c2ab", "commit: 0000000").replace("airline-data", "other-team")
    assert digest.identity(reading.read(elsewhere).spec) == digest.identity(SPEC)


def test_a_whole_number_is_the_same_with_and_without_a_point() -> None:
    assert digest.identity({"sql": "x", "a": 1.0}) == digest.identity({"sql": "x", "a": 1})


def test_the_meaning_is_blind_to_layout_comments_and_descriptions() -> None:
    other = changed("SELECT c.name AS carrier,", "select C.NAME as carrier, -- who\n     ")
    other = other.replace("type: varchar,", "type: varchar, description: Who flew.,")
    meant = reading.read(other).spec
    assert digest.semantic(meant) == digest.semantic(SPEC)
    assert digest.identity(meant) != digest.identity(SPEC)
    assert digest.semantic({**SPEC, "sql": "SELECT 1"}) != digest.semantic(SPEC)
    assert digest.canonicaliser().startswith("sqlglot ")
