"""The form and the file are two views of one thing: whatever the form does, the file says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.story import file as story
from pipelines.deliveries.destinations.registry import adapter
from pipelines.drafts import edits, starting
from pipelines.drafts.editing import Taker
from pipelines.drafts.edits import EDITS, Given
from pipelines.transformations import reading
from portal.files import document
from portal.files.mending import mended, same

WORDS = st.sampled_from(
    [
        "",
        "a",
        "month",
        "carrier",
        "true",
        "007",
        "0 6 * * *",
        "SELECT 1\n\nFROM x",
        "x: #y",
        "é “",
        "{m}.csv",
    ]
)
FIELDS = [
    *("title", "name", "team", "description", "sql", "connection", "path", "table", "input"),
    *("new_name", "place", "format", "parameter", "was", "type", "default", "minimum", "maximum"),
    *("column", "key", "required", "personal", "take", "check.1.name", "check.1.sql", "number"),
    *(
        "client",
        "destination",
        "mode",
        "cron",
        "timezone",
        "catch_up",
        "preset",
        "today",
        "of",
        "value",
    ),
]
TAKERS = {
    name: Taker(f"client-{name}", adapter(kind).asks)
    for name, kind in (("a", "directory"), ("month", "webhook"), ("carrier", "postgres"))
}
POSTS = st.tuples(
    st.sampled_from(sorted(EDITS)),
    st.dictionaries(st.sampled_from(FIELDS), st.lists(WORDS, min_size=1, max_size=3), max_size=12),
)


@given(st.lists(POSTS, max_size=6), st.sampled_from(["blank", "carrier-punctuality-v1"]))
@settings(max_examples=60, deadline=None)
def test_what_the_form_says_the_file_says(
    posts: list[tuple[str, dict[str, list[str]]]], beginning: str
) -> None:
    """Any posts in any order: the text reads as the data, and posting the same again is nothing."""
    if beginning == "blank":
        text = mended("", starting.blank(title="A title", name="a-title", team="airline-data"))
    else:
        text = story(beginning)
    for name, values in posts:
        edit = edits.edit(name, Given(values, TAKERS))
        assert edit is not None
        wanted = edit.change(document.read(text).data)
        text = mended(text, wanted)
        assert same(document.read(text).data, wanted)
        reading.read(text)  # never raises for what people write
    assert mended(text, document.read(text).data) == text


def edited(text: str, edit_name: str, /, **values: Any) -> str:
    lists = {key: value if isinstance(value, list) else [value] for key, value in values.items()}
    edit = edits.edit(edit_name, Given(lists))
    assert edit is not None
    return mended(text, edit.change(document.read(text).data))


def test_a_file_grows_part_by_part_into_one_that_can_be_registered() -> None:
    text = mended("", starting.blank(title="Busy days", name="busy-days", team="airline-data"))
    text = edited(text, "input.add", connection="nyc-files", path="in/flights-2013.parquet")
    assert document.read(text).data["spec"]["sql"] == "SELECT *\nFROM flights_2013\n"
    text = edited(
        text,
        "sql",
        sql="SELECT day, count(*) AS n FROM flights_2013 WHERE month = $month GROUP BY 1",
    )
    text = edited(text, "parameter", parameter="month", type="integer")
    text = edited(
        text,
        "contract.accept",
        **{
            "column": ["day", "n"],
            "type": ["integer", "bigint"],
            "key": ["day"],
            "required": ["day", "n"],
            "take": ["2"],
            "check.1.name": "not taken",
            "check.1.sql": "SELECT 1",
            "check.2.name": "some flights",
            "check.2.sql": "SELECT * FROM result WHERE n <= 0",
        },
    )
    text = edited(text, "delivery.add", client="acme-travel", destination="acme-drop")
    text = edited(
        text, "schedule", preset="0 6 * * *", cron="", timezone="Europe/Berlin", catch_up="latest"
    )
    found = reading.read(text)
    assert found.findings == ()
    assert [check["name"] for check in found.spec["checks"]] == ["some flights"]
    assert found.spec["parameters"] == {"month": {"type": "integer", "default": 1}}
    assert found.spec["defaults"]["schedule"] == {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}
    assert list(found.spec) == [
        "inputs", "parameters", "sql", "contract", "checks", "deliveries", "defaults",
    ]  # fmt: skip


def test_a_schedule_gives_values_of_its_own_and_keeps_those_that_the_form_does_not_send() -> None:
    def parameters(text: str) -> Any:
        return document.read(text).data["spec"]["defaults"]["schedule"].get("parameters")

    when = {"cron": "0 6 1 * *", "timezone": "UTC", "catch_up": "latest"}
    text = story("carrier-punctuality-v1")
    text = edited(text, "schedule", **when, of=["month"], value=["{previous_month}"])
    assert parameters(text) == {"month": "{previous_month}"}
    text = edited(text, "schedule", **{**when, "cron": "0 7 1 * *"})
    assert parameters(text) == {"month": "{previous_month}"}, "another hour loses no values"
    assert parameters(edited(text, "schedule", **when, of=["month"], value=["3"])) == {"month": 3}
    assert parameters(edited(text, "schedule", **when, of=["month"], value=[""])) is None


def test_comments_and_what_the_form_does_not_show_stay() -> None:
    before = story("carrier-punctuality-v1").replace("  checks:", "  # ask Ines\n  checks:")
    after = edited(before, "schedule", cron="0 7 * * *", timezone="UTC", catch_up="all")
    kept = document.read(after).data["spec"]["defaults"]
    assert kept["objectives"] == {"freshness": "26h", "success": 99.5}
    assert kept["schedule"] == {"cron": "0 7 * * *", "timezone": "UTC", "catch_up": "all"}
    assert "# ask Ines" in after
    columns = [c["name"] for c in document.read(before).data["spec"]["contract"]["columns"]]
    ticked = edited(
        after, "contract", column=columns, type=["varchar"] * len(columns), personal=columns[:1]
    )
    first = document.read(ticked).data["spec"]["contract"]["columns"][0]
    assert first["classification"] == "personal"
    assert first["description"] == "The carrier's name."


def test_a_name_follows_the_title_until_somebody_chooses_one() -> None:
    text = mended("", starting.blank(title="Busy days", name="busy-days", team="airline-data"))
    text = edited(text, "about", title="Busiest days", name="busy-days", team="airline-data")
    assert document.read(text).data["metadata"]["name"] == "busiest-days"
    text = edited(text, "about", title="Busiest days", name="rush", team="airline-data")
    text = edited(text, "about", title="Rush hours", name="rush", team="airline-data")
    assert document.read(text).data["metadata"]["name"] == "rush"


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("flights.parquet", "flights"),
        ("data/Flights-2013.csv.gz", "flights_2013"),
        ("public.Airlines", "airlines"),
        ("in/2013/{month}/*.parquet", "input"),
        ("select.csv", "select_2"),
    ],
)
def test_an_input_is_named_after_what_it_reads(place: str, name: str) -> None:
    assert starting.identifier(place, {"select"}) == name
