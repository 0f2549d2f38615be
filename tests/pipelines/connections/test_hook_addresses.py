"""A webhook's path and query may hold a token: who may not change the address sees the host."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client as Browser

from pipelines.connections import hooks, operations
from pipelines.connections.models import Destination
from pipelines.deliveries.models import Delivery
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.manifests import queries as manifests
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder
from tests.whole_house import Whole

TOKEN = "T0k3nOfTheClient"
ADDRESS = f"https://hooks.client.example/in/{TOKEN}?key={TOKEN}"
SHOWN = hooks.shown(ADDRESS)
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture
def hook(house: House, now: datetime) -> Destination:
    given: dict[str, Any] = {"by": house.owner, "now": now}
    found = operations.create_destination(
        name="acme-hook", kind="webhook", client=house.client, team=house.team, **given
    )
    operations.bind(
        thing=found,
        environment=house.environment,
        address=ADDRESS,
        secret=SECRET,
        **given,
    )
    return found


def test_the_host_is_shown_and_that_two_addresses_differ() -> None:
    assert SHOWN.startswith("https://hooks.client.example/…")
    assert hooks.shown(ADDRESS + "1") != SHOWN
    assert hooks.shown("https://hooks.client.example/") == "https://hooks.client.example/"
    assert hooks.shown("/data/drops/acme") == "/data/drops/acme"
    assert hooks.shown(SHOWN) == SHOWN


@pytest.mark.parametrize(
    "path",
    [
        "/destinations/acme-hook/",
        "/destinations/acme-hook/in/staging/bind",
        "/clients/acme-travel/",
        "/bindings/?kind=destination",
        "/audit/",
        "/api/v1/destinations/acme-hook/",
        "/api/v1/bindings/",
        "/api/v1/audit/",
        "/api/v1/manifests/export/",
    ],
)
def test_strangers_see_no_token(
    hook: Destination, browser: Callable[[str], Browser], path: str
) -> None:
    answer = browser("hannah").get(path)
    assert answer.status_code == 200
    assert TOKEN not in answer.content.decode()


def test_whoever_may_change_it_sees_it_where_it_is_changed(
    hook: Destination, browser: Callable[[str], Browser]
) -> None:
    owner = browser("ines")
    assert TOKEN in owner.get("/destinations/acme-hook/in/staging/bind").content.decode()
    (place,) = owner.get("/api/v1/destinations/acme-hook/").json()["bindings"]
    assert place["address"] == ADDRESS
    assert SHOWN in owner.get("/destinations/acme-hook/").content.decode()


def test_the_audit_keeps_no_token(hook: Destination, house: House, now: datetime) -> None:
    operations.unbind(thing=hook, environment=house.environment, by=house.owner, now=now)
    for entry in Entry.objects.all():
        assert TOKEN not in json.dumps([entry.before, entry.after])
    assert Entry.objects.get(verb="binding.unset").before["address"] == SHOWN


def test_a_plan_tells_no_stranger_what_is_there(
    hook: Destination, house: House, people: dict[str, User], now: datetime
) -> None:
    wanted = {"address": "https://other.example/", "secret": {"env": "S"}}
    text = (
        "apiVersion: slipway/v1\nkind: Binding\n"
        f"metadata: {{name: destination/acme-hook/staging}}\nspec: {json.dumps(wanted)}\n"
    )
    for name, before in (("hannah", SHOWN), ("tomas", ADDRESS)):
        (step,) = Folder(people[name], {"b.yaml": text}).plan().steps
        moved = next(each for each in step.differences if each.field == "address")
        assert (moved.before, moved.as_kept()["before"]) == (before, SHOWN)


def test_an_export_says_it_to_those_who_may_change_it(
    hook: Destination, people: dict[str, User], now: datetime
) -> None:
    for name, is_known in (("hannah", False), ("tomas", True), ("priya", True)):
        files = manifests.export(by=people[name], now=now, kind="Binding")
        assert (TOKEN in "".join(file.text for file in files)) is is_known


def test_a_delivery_of_an_earlier_release_which_kept_the_path_shows_it_to_nobody(
    whole: Whole, browser: Callable[[str], Browser]
) -> None:
    kept = ADDRESS.partition("?")[0]
    Delivery.objects.filter(pk=whole.delivery.pk).update(location=kept)
    mira = browser("mira")
    page = mira.get(f"/deliveries/{whole.delivery.number}/").content.decode()
    one = mira.get(f"/api/v1/deliveries/{whole.delivery.pk}/").json()
    every = mira.get("/api/v1/deliveries/").content.decode()
    assert hooks.shown(kept) in page
    assert one["location"] == hooks.shown(kept)
    assert TOKEN not in page + every
