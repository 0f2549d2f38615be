"""What the page says is what the book does: each right with its rule, and the rows that give it."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts import access, grants
from portal.accounts.access import BOOK
from portal.accounts.models import User
from portal.errors import NotFound, Refused
from portal.rights import queries
from portal.rights.queries import Answer
from tests.whole_house import Whole

COMPONENT = "carrier-punctuality"


def rights(who: User, kind: str, name: str = "", environment: str = "") -> dict[str, Answer]:
    of = queries.kind(kind)
    found = queries.of_person(who, of, queries.thing(of, name, environment))
    return {answer.verb: answer for answer in found}


def test_every_verb_of_the_book_is_explained_somewhere() -> None:
    explained = {verb for kind in queries.kinds() for verb in kind.verbs}
    assert explained == set(BOOK)


def test_each_answer_is_the_books_own(whole: Whole, people: dict[str, User]) -> None:
    for person in people.values():
        for verb, answer in rights(person, "component", COMPONENT).items():
            assert answer.is_allowed == access.may(person, verb, whole.component), verb


def test_a_membership_gives_it_and_says_so(whole: Whole, people: dict[str, User]) -> None:
    mira = rights(people["mira"], "component", COMPONENT)
    assert mira["run.start"].is_allowed
    assert mira["run.start"].because == "Mira Okafor is a developer of airline-data."
    assert not mira["component.change"].is_allowed
    assert mira["component.change"].rule == "A maintainer of the team that answers for it"
    hannah = rights(people["hannah"], "component", COMPONENT)
    assert hannah["run.start"].because == "Hannah Lind is not in airline-data."
    priya = rights(people["priya"], "component", COMPONENT)
    assert priya["run.start"].because == "Priya Raman has the platform role."


def test_rows_are_for_those_whose_team_was_given_them(
    whole: Whole, people: dict[str, User]
) -> None:
    for person in people.values():
        answer = rights(person, "connection", "nyc-files")[queries.ROWS]
        assert answer.is_allowed == grants.may_see_rows(person, ["nyc-files"])
    assert not rights(people["priya"], "connection", "nyc-files")[queries.ROWS].is_allowed
    jonas = rights(people["jonas"], "connection", "nyc-files")[queries.ROWS]
    assert jonas.because.startswith("airline-data was given it by Tomas Novak")


def test_who_may_is_everyone_of_whom_the_book_says_yes(
    whole: Whole, people: dict[str, User]
) -> None:
    of = queries.kind("component")
    about = queries.thing(of, COMPONENT, "")
    for verb in of.verbs:
        held = {holder.person.username for holder in queries.holders(verb, of, about).people}
        wanted = {name for name, who in people.items() if access.may(who, verb, whole.component)}
        assert held == wanted, verb


def test_who_may_see_rows_is_told_by_grant(whole: Whole, people: dict[str, User]) -> None:
    of = queries.kind("connection")
    about = queries.thing(of, "nyc-files", "")
    held = {one.person.username for one in queries.holders(queries.ROWS, of, about).people}
    wanted = {name for name, who in people.items() if grants.may_see_rows(who, ["nyc-files"])}
    assert held == wanted
    users = {one.person.username for one in queries.holders(queries.USE, of, about).people}
    assert {"mira", "ines", "priya"} <= users
    assert not {"jonas", "hannah"} & users


def test_an_environment_says_what_it_asks_for(whole: Whole, people: dict[str, User]) -> None:
    mira = rights(people["mira"], "deployment", COMPONENT, "production")
    assert mira["deployment.request"].limit == "It waits there for 1 approval of others."


def test_what_is_missing_is_refused_in_words(whole: Whole) -> None:
    of = queries.kind("deployment")
    with pytest.raises(Refused, match="Name the environment"):
        queries.thing(of, COMPONENT, "")
    with pytest.raises(NotFound, match="no kind of thing"):
        queries.kind("moon")
    with pytest.raises(NotFound, match="nothing that is done"):
        queries.holders("run.start", of, queries.thing(of, COMPONENT, "staging"))


def test_the_page_and_the_api_say_the_same(whole: Whole, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["jonas"])
    asked = {"kind": "component", "name": COMPONENT}
    page = client.get("/rights/", {**asked, "person": "mira"}).content.decode()
    assert "Mira Okafor is a developer of airline-data." in page
    told = client.get("/api/v1/rights/", {**asked, "user": "mira"}).json()
    assert {one["verb"]: one["is_allowed"] for one in told}["run.start"] is True
    who = client.get("/api/v1/rights/who/", {**asked, "verb": "run.start"}).json()
    assert {one["user"] for one in who["people"]} == {"mira", "ines", "tomas", "priya"}
