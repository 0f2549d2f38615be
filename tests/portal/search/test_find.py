"""Finding things by what they are called, what is in them, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts import operations as accounts
from portal.accounts.models import Scope, User
from portal.search import operations, queries, words
from portal.search.things import Answer, Thing
from tests.conftest import NOW

Find = Callable[..., Answer]


def component(name: str, **more: Any) -> Thing:
    given = {"url": f"/components/{name}/", "icon": "transformation", "team": "airline-data"}
    return Thing(kind="component", name=name, **{**given, **more})


THINGS = (
    component("carrier-punctuality", text="How punctual each carrier was, by month.", weight=6),
    component("carrier", weight=6),
    component("airport-weather", title="Weather at airports", team="finance-data"),
    component("old-carriers", weight=-6),
    Thing("client", "acme-travel", "/clients/acme-travel/", "client", title="Acme Travel"),
    Thing(
        "page",
        "how-to/roll-back#where",
        "/handbook/how-to/roll-back/#where",
        "book",
        title="Roll back",
        text="Rolling back leaves what is live for an earlier pair.",
    ),
)


@pytest.fixture
def find(people: dict[str, User]) -> Find:
    operations.put(*THINGS)
    operations.label(
        kind="component",
        name="carrier-punctuality",
        labels=[("column", "mean_delay"), ("reads", "flights"), ("source", "nyc-files")],
    )

    def ask(text: str, **more: Any) -> Answer:
        return queries.find(words.asked(text, **more), people["jonas"])

    return ask


def names(answer: Answer) -> list[str]:
    return [hit.name for hit in answer.hits]


def test_the_name_itself_stands_first_and_what_is_outdated_last(find: Find) -> None:
    assert names(find("carrier")) == ["carrier", "carrier-punctuality", "old-carriers"]


def test_beginnings_of_words_are_enough(find: Find) -> None:
    assert names(find("punc car")) == ["carrier-punctuality"]
    assert names(find("acm")) == ["acme-travel"]


def test_another_form_of_a_word_fits(find: Find) -> None:
    assert "how-to/roll-back#where" in names(find("how to rolls back"))


def test_what_a_transformation_reads_and_promises_finds_it_and_is_said(find: Find) -> None:
    (hit,) = find("delay").hits
    assert (hit.name, hit.why) == ("carrier-punctuality", "column mean_delay")
    assert names(find("column:mean_delay reads:flights")) == ["carrier-punctuality"]
    assert names(find("column:flights")) == []


def test_of_a_label_the_beginning_of_a_word_is_enough_where_none_is_just_so(find: Find) -> None:
    operations.put(component("late", labels=[("column", "mean"), ("reads", "acme")]))
    (hit,) = find("column:DEL").hits
    assert (hit.name, hit.why) == ("carrier-punctuality", "column mean_delay")
    assert names(find("column:mean")) == ["late"], "one is called just so"
    assert names(find("column:mean_ reads:fli")) == ["carrier-punctuality"]
    assert names(find("column:fli")) == names(find("column:elay")) == []
    assert names(find("column:.*")) == names(find("reads:(")) == []


def test_a_slip_is_mended_and_said(find: Find) -> None:
    answer = find("carier punctualty")
    assert names(answer) == ["carrier-punctuality"]
    assert answer.mended == "carrier punctuality"


def test_where_nothing_has_every_word_some_are_enough(find: Find) -> None:
    answer = find("weather quarterly")
    assert names(answer) == ["airport-weather"]
    assert answer.is_loose


def test_kinds_and_teams_are_counted_without_their_own_filter(find: Find) -> None:
    answer = find("a", kind="client")
    assert names(answer) == ["acme-travel"]
    assert {count.value: count.number for count in answer.kinds}["component"] == 1
    assert set(names(find("", team="finance-data"))) == {"airport-weather", "finance-data"}


def test_a_token_that_may_not_look_finds_nothing(find: Find, people: dict[str, User]) -> None:
    token, _ = accounts.issue_token(
        user=people["jonas"], name="t", scopes=[Scope.DEPLOY], expires_at=None, by=None, now=NOW
    )
    people["jonas"].token = token
    assert find("carrier").hits == ()


def test_said_anew_it_keeps_what_the_floor_above_has_added(find: Find) -> None:
    operations.put(component("carrier-punctuality", title="On time", labels=None))
    assert names(find("column:mean_delay")) == names(find("on time")) == ["carrier-punctuality"]


def test_replacing_a_kind_leaves_out_what_is_gone(find: Find) -> None:
    assert operations.replace(kinds=["component"], things=[component("tail-numbers")]) == 1
    assert names(find("carrier")) == []
    assert names(find("tail")) == ["tail-numbers"]
    assert names(find("acme")) == ["acme-travel"]


def test_it_takes_as_many_queries_for_more(
    find: Find, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    operations.put(*(component(f"carrier-{number}") for number in range(40)))
    with django_assert_num_queries(2):
        answer = find("carrier")
    assert (len(answer.hits), answer.total, answer.more) == (20, 43, 20)
