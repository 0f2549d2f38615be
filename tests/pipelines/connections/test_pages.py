"""The pages of connections and destinations: what stands there, and how it is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deployments.environments import operations as environments
from pipelines.connections import operations, queries
from pipelines.connections.models import Connection
from pipelines.deliveries.models import Circuit
from portal.accounts.models import User
from tests.pipelines.factories import House

Browser = Callable[[str], Client]
DATABASE = "postgresql://reader@db.example/ops"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def database(house: House, now: datetime) -> Connection:
    return operations.create_connection(
        name="ops-db", kind="postgres", team=house.team, by=house.owner, now=now
    )


def bind(client: Client, thing: str, **fields: object) -> tuple[int, str]:
    answer = client.post(f"/{thing}/in/staging/bind", {"region": "", **fields}, headers=HTMX)
    return answer.status_code, answer.content.decode()


def test_a_database_is_bound_in_the_dialog_of_its_kind(
    house: House, database: Connection, browser: Browser
) -> None:
    ines = browser("ines")
    asked = ines.get("/connections/ops-db/in/staging/bind").content.decode()
    for words in ("Database", "Password", "Most rows", "May be on this machine"):
        assert words in asked
    given = {"address": DATABASE, "secret": "swordfish", "options.rows": 9}
    status, _ = bind(ines, "connections/ops-db", **given)
    assert status == 200
    bound = queries.binding(database, house.environment)
    assert bound is not None
    assert bound.address == "postgresql://reader@db.example:5432/ops"
    assert bound.options == {"rows": 9}
    assert "most rows: 9" in ines.get("/connections/ops-db/").content.decode()
    again = ines.get("/connections/ops-db/in/staging/bind").content.decode()
    assert "Leave empty to keep the one that is there" in again
    assert "swordfish" not in again


def test_what_is_wrong_stands_at_its_field(
    house: House, database: Connection, browser: Browser
) -> None:
    status, shown = bind(browser("ines"), "connections/ops-db", address="/srv/data")
    assert status == 422
    assert "begins with postgresql://" in shown
    status, shown = bind(
        browser("ines"), "connections/ops-db", address=DATABASE, **{"options.rows": 0}
    )
    assert status == 422
    assert "rows is from 1 to 1,000,000,000" in shown


def test_what_only_the_platform_allows_can_be_ticked_by_it_alone(
    house: House, database: Connection, browser: Browser
) -> None:
    local = {"address": "postgresql://r@127.0.0.1/ops", "options.allow_local": "on"}
    bind(browser("ines"), "connections/ops-db", **local)
    bound = queries.binding(database, house.environment)
    assert bound is not None
    assert bound.options == {}  # it was not hers to tick
    bind(browser("priya"), "connections/ops-db", **local)
    bound = queries.binding(database, house.environment)
    assert bound is not None
    assert bound.options == {"allow_local": True}


def test_a_webhook_is_offered_a_fresh_secret_that_can_be_used(
    house: House, browser: Browser, now: datetime
) -> None:
    hook = operations.create_destination(
        name="acme-hook", kind="webhook", client=house.client, team=house.team, by=house.owner,
        now=now,
    )  # fmt: skip
    asked = browser("ines").get("/destinations/acme-hook/in/staging/bind").content.decode()
    offered = asked.partition('value="whsec_')[2].partition('"')[0]
    status, _ = bind(
        browser("ines"), "destinations/acme-hook",
        address="https://hooks.client.example/", secret=f"whsec_{offered}",
    )  # fmt: skip
    assert status == 200
    assert queries.binding(hook, house.environment) is not None


def test_a_source_is_named_and_its_place_tried_and_taken_away(
    house: House, browser: Browser
) -> None:
    ines = browser("ines")
    ines.post("/connections/new", {"name": "more", "kind": "directory", "team": "airline-data"})
    made = Connection.objects.get(name="more")
    bind(ines, "connections/more", address=str(house.folder / "sources"))
    ines.post("/connections/more/in/staging/test")
    assert "Being tried" in ines.get("/connections/more/").content.decode()
    assert 'hx-trigger="every 1s"' in ines.get("/connections/more/").content.decode()
    ines.post("/connections/more/in/staging/unbind")
    assert queries.binding(made, house.environment) is None


def test_those_who_may_not_see_no_buttons(house: House, browser: Browser) -> None:
    shown = browser("jonas").get("/connections/nyc-files/").content.decode()
    assert "Change…" not in shown
    assert ">Test<" not in shown
    assert "New connection…" not in browser("jonas").get("/connections/").content.decode()


def test_a_destination_that_rests_says_so_and_can_be_tried_now(
    house: House, browser: Browser
) -> None:
    now = timezone.now()
    Circuit.objects.create(
        destination=house.destination, environment=house.environment, failures=5,
        opened_at=now, tries_at=now, message="It could not take it now (503).",
    )  # fmt: skip
    mira = browser("mira")
    shown = mira.get("/destinations/acme-drop/").content.decode()
    assert "after 5 failures in a row" in shown
    assert "It could not take it now (503)." in shown
    assert mira.post("/destinations/acme-drop/in/staging/resume").status_code == 302
    assert Circuit.objects.get().tries_at > now
    Circuit.objects.all().delete()
    assert mira.post("/destinations/acme-drop/in/staging/resume").status_code == 409


@pytest.mark.parametrize("path", ["/connections/nyc-files/", "/destinations/acme-drop/"])
def test_a_page_asks_no_more_where_there_is_more(
    house: House, browser: Browser, people: dict[str, User], now: datetime, path: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    client = browser("jonas")
    client.get(path)
    with django_assert_num_queries(COUNTS[path]):
        client.get(path)
    for number in (50, 60):
        environments.create(
            name=f"more-{number}", title="More", order=number, approvals=0, is_production=False,
            by=people["priya"], now=now,
        )  # fmt: skip
    operations.give(thing=house.connection, team=house.team, use="rows", by=house.owner, now=now)
    with django_assert_num_queries(COUNTS[path]):
        client.get(path)


COUNTS = {"/connections/nyc-files/": 10, "/destinations/acme-drop/": 12}
