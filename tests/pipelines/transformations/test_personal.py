"""What a contract calls personal is hidden before it is stored, whoever sends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from observability.senders import personal
from pipelines.transformations import personal as contracts
from portal import masks
from tests.contracts.test_log_stores import line
from tests.contracts.test_trace_stores import span
from tests.pipelines.factories import House, file

pytestmark = pytest.mark.django_db
COLUMNS = [
    {"name": "carrier", "type": "varchar", "required": True},
    {"name": "flights", "type": "bigint", "classification": "personal"},
]


@pytest.fixture(autouse=True)
def registered(house: House) -> Iterator[None]:
    personal.forget()
    house.register(file(contract={"key": ["carrier"], "columns": COLUMNS}), now=timezone.now())
    yield
    personal.forget()


def test_the_contract_says_which() -> None:
    assert contracts.columns("carrier-punctuality") == {"flights"}
    assert contracts.columns("nobody") == set()


def test_values_are_hidden_by_the_name_of_their_column_in_lines_and_spans() -> None:
    said = 'got {"flights": 4711, "carrier": "C1"}, flights=4712 and Flights: "47 13"'
    own = json.dumps({"flights": 4711, "row.flights": "4712", "carrier": "C1", "text": said})
    events = json.dumps([{"at": "x", "name": "row", "attributes": {"flights": 4711}}])
    now = timezone.now() - timedelta(seconds=1)
    [kept] = personal.hidden([line(said, now, component="carrier-punctuality", attributes=own)])
    [told] = personal.hidden(
        [span(1, component="carrier-punctuality", attributes=own, events=events, message=said)]
    )
    for text in (kept.message, kept.attributes, told.message, told.attributes, told.events):
        assert "47" not in text
    assert "C1" in kept.message
    assert json.loads(kept.attributes)["carrier"] == "C1"


def test_of_other_components_nothing_is_hidden() -> None:
    given = line("flights=4711", timezone.now(), component="another")
    assert personal.hidden([given]) == [given]


def test_names_are_asked_for_once_a_minute(django_assert_num_queries: object) -> None:
    personal.columns("carrier-punctuality")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert personal.columns("carrier-punctuality") == {"flights"}


def test_a_mask_takes_whole_values_and_leaves_other_words() -> None:
    assert masks.hide("email=a@b.c next", ["email"]) == "email=••• next"
    assert masks.hide("the emails were sent", ["email"]) == "the emails were sent"
    assert masks.hide("email=a", []) == "email=a"
