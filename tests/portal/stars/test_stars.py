"""Pinning things in one's own rail."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.errors import NotFound, Refused
from portal.stars import operations, rail
from tests.conftest import NOW
from tests.whole_house import Whole

Browser = Callable[[str], Client]
Program = Callable[..., APIClient]
COMPONENT = {"kind": "component", "name": "carrier-punctuality"}
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/components/x/"}


def pinned(name: str) -> list[str]:
    return [one.name for one in rail.pinned(User.objects.get(username=name))]


def test_what_is_pinned_stands_in_the_rail_of_every_page(whole: Whole, browser: Browser) -> None:
    mira, jonas = browser("mira"), browser("jonas")
    answer = mira.post("/stars/set", {**COMPONENT, "to": "on"}, headers=HTMX)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert re.search(
        r'id="pinned" hx-swap-oob="true".*carrier-punctuality', answer.content.decode(), re.DOTALL
    )
    for path in ("/", "/runs/"):
        assert 'id="pinned-head"' in mira.get(path).content.decode()
    assert 'id="pinned-head"' not in jonas.get("/").content.decode()
    mira.post("/stars/set", {**COMPONENT, "to": "off"}, headers=HTMX)
    assert 'id="pinned-head"' not in mira.get("/runs/").content.decode()


def test_without_script_one_is_led_to_the_thing(whole: Whole, browser: Browser) -> None:
    answer = browser("mira").post("/stars/set", {**COMPONENT, "to": "on"})
    assert answer.headers["Location"] == "/components/carrier-punctuality/"
    assert pinned("mira") == ["carrier-punctuality"]


def test_the_rail_says_how_each_component_does(whole: Whole, browser: Browser) -> None:
    mira = browser("mira")
    mira.post("/stars/set", {**COMPONENT, "to": "on"})
    mira.post("/stars/set", {"kind": "client", "name": "acme-travel", "to": "on"})
    rows = mira.get("/stars/", headers=HTMX).content.decode()
    assert rows.index("carrier-punctuality") < rows.index("acme-travel")
    assert 'data-tone="' in rows


def test_pinning_twice_is_pinning_once(people: dict[str, User], whole: Whole) -> None:
    for _ in range(2):
        operations.pin(who=people["mira"], **COMPONENT)
    assert pinned("mira") == ["carrier-punctuality"]
    operations.take_out(who=people["mira"], **COMPONENT)
    operations.take_out(who=people["mira"], **COMPONENT)
    assert pinned("mira") == []


def test_only_what_is_there_is_pinned_and_only_so_much(people: dict[str, User]) -> None:
    mira = people["mira"]
    with pytest.raises(NotFound, match="There is no component called “nope”"):
        operations.pin(who=mira, kind="component", name="nope")
    with pytest.raises(Refused, match="A “run” can't be pinned: component, client, team can"):
        operations.pin(who=mira, kind="run", name="1")
    for n in range(12):
        Team.objects.create(name=f"t{n}", title=f"T{n}", created_at=NOW)
    User.objects.filter(pk=mira.pk).update(pinned=[["team", f"t{n}"] for n in range(12)])
    with pytest.raises(Refused, match="You have pinned 12 things: take one out"):
        operations.pin(who=mira, kind="team", name="airline-data")


def test_ones_own_rail_is_nothing_for_the_audit(whole: Whole, people: dict[str, User]) -> None:
    before = Entry.objects.count()
    operations.pin(who=people["mira"], **COMPONENT)
    assert Entry.objects.count() == before


def test_what_is_gone_is_shown_no_longer_and_takes_no_place(
    people: dict[str, User], whole: Whole, browser: Browser
) -> None:
    mira = people["mira"]
    mira.pinned = [["client", f"gone-{n}"] for n in range(operations.MOST)]
    mira.save(update_fields=["pinned"])
    assert "gone-1" not in browser("mira").get("/stars/", headers=HTMX).content.decode()
    operations.pin(who=mira, **COMPONENT)
    assert pinned("mira") == ["carrier-punctuality"]


@pytest.mark.parametrize("name", ["a\0b", "No Name", ""])
def test_what_can_be_no_name_is_not_there(name: str, whole: Whole, browser: Browser) -> None:
    sent = {"kind": "component", "name": name, "to": "on"}
    assert browser("mira").post("/stars/set", sent).status_code == 404


def test_programs_pin_and_take_out_as_the_rail_does(whole: Whole, program: Program) -> None:
    mira = program("mira")
    client = {"kind": "client", "name": "acme-travel"}
    for given in (client, COMPONENT, COMPONENT):
        made = mira.post("/api/v1/stars/", given)
        assert made.status_code == 201, made.content
    assert pinned("mira") == ["acme-travel", "carrier-punctuality"], "twice is once"
    [first, second] = mira.get("/api/v1/stars/").json()
    assert made.json() == [first, second]
    assert first == {**client, "url": "/clients/acme-travel/", "standing": None}
    assert second["standing"]["words"]
    assert program("jonas").get("/api/v1/stars/").json() == [], "each has their own"
    for _ in range(2):
        assert mira.delete("/api/v1/stars/client/acme-travel/").status_code == 204
    assert pinned("mira") == ["carrier-punctuality"]
    assert mira.post("/api/v1/stars/", {"kind": "run", "name": "1"}).status_code == 422
    assert mira.post("/api/v1/stars/", {**client, "name": "nobody"}).status_code == 404
    refused = program("mira", "read").post("/api/v1/stars/", client)
    assert refused.status_code == 403
    assert pinned("mira") == ["carrier-punctuality"]
    assert not Entry.objects.filter(verb__startswith="star").exists()
