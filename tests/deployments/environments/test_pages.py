"""The dialogs of environments: a new one at its place, and another title, place or purpose."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from rest_framework.test import APIClient

from deployments.environments.models import Environment
from portal.accounts.models import User
from tests.deployments.world import World, entries

Browser = Callable[[str], Client]
Program = Callable[..., APIClient]
NEW = {"name": "canary", "title": "", "order": "15", "approvals": "1", "is_production": "on"}


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_first_one_is_made_from_the_empty_page(
    people: dict[str, User], browser: Browser
) -> None:
    priya = browser("priya")
    assert "New environment…" in read(priya, "/environments/")
    assert "Someone with the platform role makes it" in read(browser("mira"), "/environments/")
    made = priya.post("/environments/new", NEW)
    assert made.headers["Location"] == "/environments/"
    canary = Environment.objects.get()
    assert (canary.title, canary.approvals, canary.is_production) == ("Canary", 1, True)


def test_the_next_place_is_offered(world: World, browser: Browser) -> None:
    last = max(place.order for place in Environment.objects.all())
    assert f'name="order" value="{last + 10}"' in read(browser("priya"), "/environments/new")


def test_a_place_that_is_taken_is_told_at_its_field(world: World, browser: Browser) -> None:
    answer = browser("priya").post("/environments/new", {**NEW, "order": "20"})
    assert answer.status_code == 422
    assert "staging stands at place 20. Choose another." in answer.content.decode()


def test_it_is_changed_with_before_and_after(world: World, browser: Browser) -> None:
    priya = browser("priya")
    assert "/environments/staging/edit" in read(priya, "/environments/")
    given = {"title": "Rehearsal", "order": "21", "is_production": ""}
    assert priya.post("/environments/staging/edit", given).status_code == 302
    entry = entries("environment.change")[-1]
    assert entry.before == {"title": world.staging.title, "order": 20}
    assert entry.after == {"title": "Rehearsal", "order": 21}


def test_who_may_not_sees_no_buttons(world: World, browser: Browser) -> None:
    shown = read(browser("mira"), "/environments/")
    assert "New environment…" not in shown
    assert "Edit…" not in shown


def test_a_program_does_the_same(world: World, program: Program) -> None:
    changed = program("priya").patch("/api/v1/environments/staging/", {"title": "Rehearsal"})
    assert (changed.json()["title"], changed.json()["order"]) == ("Rehearsal", 20)
    taken = program("priya").patch("/api/v1/environments/staging/", {"order": 10})
    assert (taken.status_code, taken.json()["field"]) == (422, "order")
    assert program("ines").patch("/api/v1/environments/staging/", {}).status_code == 403


def test_who_puts_something_before_production_says_why_and_reads_what_it_stops(
    world: World, browser: Browser
) -> None:
    world.deploy(1, world.staging)
    waits = world.ask(1, world.production)
    priya = browser("priya")
    for address, given in (
        ("/environments/new", {**NEW, "order": "25"}),
        ("/environments/development/edit", {"title": "Development", "order": "25"}),
    ):
        told = priya.post(address, given)
        assert told.status_code == 422
        shown = told.content.decode()
        assert "not staging: only what was live in" in shown
        assert f"That stops what waits: carrier-punctuality v1 (#{waits.number})." in shown
    made = priya.post("/environments/new", {**NEW, "order": "25", "reason": "Try it there."})
    assert made.status_code == 302
    assert entries("environment.create")[-1].reason == "Try it there."


def test_a_program_says_why_as_well(world: World, program: Program) -> None:
    priya, address = program("priya"), "/api/v1/environments/production/"
    told = priya.patch(address, {"order": 15})
    assert (told.status_code, told.json()["field"]) == (422, "reason")
    assert "production would come right after development, not staging" in told.json()["detail"]
    assert priya.patch(address, {"order": 15, "reason": "As agreed."}).status_code == 200
