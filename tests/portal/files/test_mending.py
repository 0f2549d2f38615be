"""A text that is changed by a form says what the form says, and keeps what nobody touched."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.story import file as story
from portal.files import document
from portal.files.mending import mended, same
from portal.files.writing import written

WORDS = st.sampled_from(
    [
        *("a", "no", "true", "~", "007", "1e3", "2026-11-20", "0 6 * * *", "x: y", "# not", "- a"),
        *("it's", 'say "so"', " led", "trailed ", "", "{month}.csv", "SELECT 1\nFROM x\n", "\tx"),
        *(
            "a\n",
            "a\n\n",
            "\na",
            "  a\n b\n",
            "tab\there",
            "a\u2028b",
            "über",
            "👩‍🚀",
            "\x07",
            "a\r\nb",
        ),
        *("=", "<<", "?", "-", "null", "key,other", "[x]", "a #b", "a:", "very " * 40),
    ]
)
TEXTS = st.one_of(
    WORDS,
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12),
)
SCALARS = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(10**18), 10**18), st.floats(-1e9, 1e9)
)
NAMES = st.sampled_from(["a", "b", "on", "key", "x y", "1", "é", "a:b", "spec"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=12,
)
FILES = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)


@given(FILES)
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_back(data: dict[str, Any]) -> None:
    assert same(document.read(written(data)).data, data)


@given(FILES, FILES)
@settings(max_examples=150, deadline=None)
def test_a_text_can_be_made_to_say_anything(old: dict[str, Any], new: dict[str, Any]) -> None:
    again = mended(written(old), new)
    assert same(document.read(again).data, new)
    assert mended(again, new) == again


@given(FILES)
@settings(max_examples=80, deadline=None)
def test_other_people_s_layout_is_read_too(data: dict[str, Any]) -> None:
    """As PyYAML dumps it, which quotes for its own reasons and folds long lines."""
    theirs = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    theirs_data = document.read(theirs).data
    if isinstance(theirs_data, dict) and theirs_data:
        wanted = {**theirs_data, "added": "by the form"}
        assert same(document.read(mended(theirs, wanted)).data, wanted)


COMMENTED = """\
# Ask Ines before you change the join.
apiVersion: slipway/v1
metadata:
  name: punctuality   # also the name of the folder
  team: airline-data
spec:
  inputs:
    # one row a flight
    flights: {connection: nyc-files, path: flights.parquet}
  sql: |
    -- kept as it is
    SELECT 1
  deliveries:
    - client: acme-travel   # until May
      destination: acme-drop
    # and nobody else
# the end
"""


def edited(change: Any) -> str:
    data = document.read(COMMENTED).data
    wanted = copy.deepcopy(data)
    change(wanted)
    result = mended(COMMENTED, wanted)
    assert same(document.read(result).data, wanted)
    return result


def test_one_value_changes_and_its_comment_stays() -> None:
    result = edited(lambda data: data["metadata"].update(name="other"))
    assert result == COMMENTED.replace("name: punctuality ", "name: other ")


def test_entries_come_and_go_as_lines() -> None:
    added = edited(lambda data: data["spec"]["inputs"].update(planes={"connection": "nyc-files"}))
    line = "    planes: {connection: nyc-files}\n"
    assert added == COMMENTED.replace("  sql: |", f"{line}  sql: |")
    more = edited(lambda data: data["spec"]["deliveries"].append({"client": "globex"}))
    assert "      destination: acme-drop\n    - {client: globex}\n    # and nobody else" in more
    fewer = edited(lambda data: data["metadata"].pop("team"))
    assert fewer == COMMENTED.replace("  team: airline-data\n", "")


def test_a_long_text_is_replaced_as_a_text() -> None:
    result = edited(lambda data: data["spec"].update(sql="SELECT 2\n\nFROM x\n"))
    kept = COMMENTED.replace("    -- kept as it is\n    SELECT 1\n", "    SELECT 2\n\n    FROM x\n")
    assert result == kept


def test_a_new_part_stands_where_it_belongs() -> None:
    def add_contract(data: Any) -> None:
        spec = data["spec"]
        sent = spec.pop("deliveries")
        spec |= {"contract": {"key": ["a"]}, "deliveries": sent}

    result = edited(add_contract)
    assert "    SELECT 1\n  contract:\n    key: [a]\n  deliveries:\n" in result
    assert "# and nobody else\n# the end" in result


def test_the_files_of_the_story_keep_all_their_lines_but_one() -> None:
    for name in ("carrier-punctuality-v1", "carrier-punctuality-v3", "airport-weather"):
        before = story(name)
        data = document.read(before).data
        data["metadata"]["title"] = "Another title"
        assert same(document.read(written(data)).data, data)
        now = mended(before, data).splitlines()
        assert sum(line not in now for line in before.splitlines()) == 1


def test_json_stays_json() -> None:
    assert document.read(mended('{"a": 1}', {"a": 2})).data == {"a": 2}
    assert mended('{"a": 1}', {"a": 2}).startswith("{")
