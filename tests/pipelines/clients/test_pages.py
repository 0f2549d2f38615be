"""The pages of clients: what they get, what went wrong, what they rely on, what is ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deployments.releases import operations as releases
from deployments.rollouts import operations as rollouts
from pipelines.clients import lists, queries
from pipelines.clients.queries import Product
from pipelines.connections import operations as connections
from pipelines.deliveries import products as index
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.queries import last_arrived, newest_at, newest_by_client
from pipelines.dispatch import operations as dispatching
from pipelines.dispatch import work as dispatch
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.ids import first_at
from tests.pipelines.factories import SQL, House, file, staged

Browser = Callable[[str], Client]
WITH_SEATS = SQL.replace("FROM", ", 1::BIGINT AS seats FROM")
OBJECTIVE = {"objectives": {"freshness": "26h"}}
WIDER = {
    "key": ["carrier"],
    "columns": [
        {"name": "carrier", "type": "varchar", "required": True},
        {"name": "flights", "type": "bigint", "required": True},
        {"name": "seats", "type": "bigint", "classification": "personal"},
    ],
}


@pytest.fixture
def now() -> datetime:
    """The clock of identities, for the squares of days are found by them."""
    return timezone.now()


@pytest.fixture
def lived(house: House, now: datetime) -> House:
    """v1 is live in staging, and what its first run made was delivered."""
    house.live(file(defaults=OBJECTIVE), now=now - timedelta(hours=3))
    deliver(house, "one", now - timedelta(hours=2))
    return house


def run(house: House, key: str, now: datetime) -> Run:
    return runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={"month": 1},
        by=house.developer,
        now=now,
        request_key=key,
    )


def deliver(house: House, key: str, now: datetime) -> Delivery:
    started = run(house, key, now)
    claim = execution.claim(run_id=str(started.pk), worker="test", now=now)
    assert claim
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)
    delivery = Delivery.objects.get(run=started)
    dispatch.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: now)
    return Delivery.objects.get(pk=delivery.pk)


def undelivered(house: House, key: str, now: datetime) -> Delivery:
    """A run that went well, and whose delivery failed for good."""
    started = run(house, key, now)
    claim = execution.claim(run_id=str(started.pk), worker="test", now=now)
    assert claim
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)
    delivery = Delivery.objects.get(run=started)
    sending = dispatching.claim(delivery_id=str(delivery.pk), worker="test", now=now)
    assert sending
    dispatching.fail(claim=sending, message="The disk is full.", permanent=True, now=now)
    return Delivery.objects.get(pk=delivery.pk)


def failed(house: House, key: str, now: datetime) -> Run:
    started = run(house, key, now)
    claim = execution.claim(run_id=str(started.pk), worker="test", now=now)
    assert claim
    error = EngineError("A check failed.", permanent=True, kind="check")
    execution.fail(claim=claim, error=error, now=now)
    return started


def products(house: House, now: datetime) -> list[Product]:
    return queries.products([house.client], now, environments=queries.places([house.client]))


def test_a_product_says_version_freshness_and_where_it_goes(lived: House, now: datetime) -> None:
    [one] = products(lived, now)
    assert (one.component.name, str(one.live.release)) == ("carrier-punctuality", "v1")
    assert one.standing.label == "Fresh, 2 h ago"
    assert one.standing.note == "good for 24 h more"
    assert one.words == "Parquet at punctuality/{month}.parquet"
    [late] = products(lived, now + timedelta(hours=25))
    assert late.standing.label == "Late by 60 min"


def test_what_is_live_and_never_ran_is_a_product_too(house: House, now: datetime) -> None:
    assert products(house, now) == []
    house.live(now=now)
    [one] = products(house, now)
    assert (one.standing.label, one.newest) == ("Nothing sent yet", None)


def test_a_delivery_in_trouble_says_since_when(lived: House, now: datetime) -> None:
    first = undelivered(lived, "two", now - timedelta(minutes=90))
    undelivered(lived, "three", now - timedelta(minutes=30))
    [one] = products(lived, now)
    assert one.trouble is not None
    assert (one.trouble.kind, one.trouble.words) == ("failed", "The disk is full.")
    assert one.trouble.since == first.created_at
    assert one.standing.label == "Fresh, 2 h ago"
    deliver(lived, "four", now)
    assert products(lived, now)[0].trouble is None


def test_runs_that_fail_are_trouble_until_one_goes_well(lived: House, now: datetime) -> None:
    failed(lived, "two", now - timedelta(minutes=60))
    failed(lived, "three", now - timedelta(minutes=30))
    [one] = products(lived, now)
    assert one.trouble is not None
    assert (one.trouble.kind, one.trouble.since) == ("run", now - timedelta(minutes=60))
    deliver(lived, "four", now)
    assert products(lived, now)[0].trouble is None


def test_rejected_or_paused_nothing_comes(lived: House, now: datetime) -> None:
    component = lived.component()
    rollouts.pause(
        component=component,
        environment=lived.environment,
        reason="Source broken.",
        by=lived.developer,
        now=now,
    )
    assert products(lived, now)[0].standing.note == "nothing comes: paused, “Source broken.”"
    [one] = products(lived, now)
    releases.reject(release=one.live.release, reason="Wrong.", by=lived.owner, now=now)
    assert products(lived, now)[0].standing.note == "nothing comes: v1 is rejected"
    [days] = queries.days(products(lived, now), now)
    assert (days.squares[-1].kind, days.squares[0].kind) == ("wrong", "none")


def test_squares_tell_the_last_of_each_day(lived: House, now: datetime) -> None:
    [days] = queries.days(products(lived, now), now)
    assert [square.kind for square in days.squares[-2:]].count("right") == 1
    undelivered(lived, "two", now)
    [days] = queries.days(products(lived, now), now)
    assert days.squares[-1].kind == "missing"
    assert "1 not delivered" in days.words


def test_history_is_narrowed_down_and_paged(lived: House, now: datetime) -> None:
    wrong = undelivered(lived, "two", now)
    newest = deliver(lived, "three", now)
    client = lived.client
    every = queries.history(client)
    assert [row.pk for row in every.rows][:2] == [newest.pk, wrong.pk]
    assert [row.pk for row in queries.history(client, is_trouble=True).rows] == [wrong.pk]
    first = queries.history(client, component="carrier-punctuality", size=2)
    assert [row.pk for row in first.rows] == [newest.pk, wrong.pk]
    rest = queries.history(client, component="carrier-punctuality", size=2, before=first.older)
    assert (len(rest.rows), rest.older) == (1, "")
    assert queries.history(client, environment="nowhere").rows == []
    assert len(queries.history(client, environment="staging").rows) == 3


def test_what_stands_last_is_found_without_history(lived: House, now: datetime) -> None:
    newest = deliver(lived, "two", now)
    wrong = undelivered(lived, "three", now)
    component = lived.component()
    assert [row.pk for row in newest_by_client(component)] == [wrong.pk]
    assert [row.pk for row in last_arrived(component)] == [newest.pk]
    assert [row.pk for row in newest_at(lived.destination)][:2] == [wrong.pk, newest.pk]


def test_the_contract_and_when_it_changed(lived: House, now: datetime, browser: Browser) -> None:
    lived.live(file(WITH_SEATS, contract=WIDER), now=now)
    [one] = queries.agreements(products(lived, now), lived.environment)
    assert (one.number, [(turn.old, turn.new) for turn in one.turns]) == (2, [(1, 2)])
    shown = browser("hannah").get("/clients/acme-travel/contracts").content.decode()
    for words in ("personal data", "v1 to v2", "seats: added, may be empty"):
        assert words in shown, words


def test_what_would_reach_it_if_a_version_were_deployed(
    lived: House, now: datetime, browser: Browser
) -> None:
    lived.register(file(WITH_SEATS, contract=WIDER), now=now)
    lived.register(file(SQL + " LIMIT 8", deliveries=[]), now=now)
    [newest] = queries.prospects(products(lived, now), {})
    assert (str(newest.release), newest.effect.label) == ("v3", "Gets it no more")
    [chosen] = queries.prospects(products(lived, now), {"carrier-punctuality": 2})
    assert (str(chosen.release), chosen.effect.label) == ("v2", "Can read it")
    shown = browser("mira").get(
        "/clients/acme-travel/ahead?component=carrier-punctuality&release=2"
    )
    assert "seats: added, may be empty." in shown.content.decode()


def test_two_versions_beside_each_other(lived: House, now: datetime, browser: Browser) -> None:
    lived.register(file(WITH_SEATS, contract=WIDER), now=now)
    client = browser("jonas")
    address = "/components/carrier-punctuality/versions/compare"
    shown = client.get(f"{address}?from=1&to=2").content.decode()
    for words in (
        "Compatible",
        "Clients of v1 can read v2.",
        "live in staging",
        "1::BIGINT AS seats",
    ):
        assert words in shown, words
    back = client.get(f"{address}?from=2&to=1").content.decode()
    assert "Clients that read v2 may fail on seats." in back
    assert client.get(address).context["comparison"].new.number == 2
    assert client.get(f"{address}?from=1&to=7").status_code == 404
    assert b'data-diff="unified"' in client.get(f"{address}?view=unified").content


def test_clients_at_a_glance(lived: House, now: datetime, browser: Browser) -> None:
    connections.create_client(
        name="globex", title="Globex", team=lived.team, by=lived.owner, now=now
    )
    found = lists.page("", "", "", size=1)
    assert ([row.name for row in found.rows], found.more) == (["acme-travel"], "acme-travel")
    assert [row.name for row in lists.page("glob", "", "").rows] == ["globex"]
    assert not lists.page("", "finance-data", "")
    glance = lists.glances(found.rows, now)[lived.client.pk]
    assert (glance.products, glance.standing.label) == (1, "Everything fresh")
    shown = browser("jonas").get("/clients/").content.decode()
    assert "Everything fresh" in shown
    assert "Gets nothing here" in shown


def test_its_page_leads_to_what_changed_for_it_and_to_what_can_be_delivered_again(
    lived: House, browser: Browser
) -> None:
    again, changes = "Deliver again</a>", "/changes/?client=acme-travel"
    client = browser("mira")
    page = client.get("/clients/acme-travel/").content.decode()
    assert 'href="/clients/acme-travel/deliveries"><svg' in page
    assert again in page
    sent = "/clients/acme-travel/deliveries"
    assert again not in client.get(sent).content.decode()  # it leads to where one is
    assert again in browser("priya").get(sent).content.decode()
    assert changes in page
    assert "v1 → staging" in client.get(changes).content.decode()
    assert b"Nothing changed that fits" in client.get("/changes/?client=globex").content


PAGES = {
    "/clients/": 20,
    "/clients/acme-travel/": 26,
    "/clients/acme-travel/deliveries": 24,
    "/clients/acme-travel/deliveries?component=carrier-punctuality&in=staging": 26,
    "/clients/acme-travel/deliveries?show=wrong": 24,
    "/clients/acme-travel/contracts": 22,
    "/clients/acme-travel/ahead": 26,
    "/components/carrier-punctuality/versions/compare?from=1&to=2": 18,
    "/components/carrier-punctuality/panels/clients": 8,
}


def test_queries_do_not_grow_with_what_was_sent(
    lived: House, now: datetime, browser: Browser
) -> None:
    lived.register(file(SQL + " LIMIT 9"), now=now)
    undelivered(lived, "first", now)
    client = browser("ines")
    before = {path: counted(client, path) for path in PAGES}
    for number in range(3):
        deliver(lived, f"more-{number}", now)
    undelivered(lived, "wrong", now)
    connections.create_client(
        name="globex", title="Globex", team=lived.team, by=lived.owner, now=now
    )
    after = {path: counted(client, path) for path in PAGES}
    assert after == before
    assert {path: count for path, count in after.items() if count > PAGES[path]} == {}


def counted(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


CROWD = """
INSERT INTO pipelines_delivery (id, number, revision, {columns})
SELECT (lpad(to_hex(g), 12, '0') || '70008' || lpad(to_hex(g), 15, '0'))::uuid,
       nextval('pipelines_delivery_number'), 1000 + g, {columns}
FROM pipelines_delivery, generate_series(1, 3000) g WHERE id = %s
"""


def test_what_others_were_sent_is_not_walked_over(lived: House, now: datetime) -> None:
    """Nearly all rows are of one product: then the planner is tempted by the primary key."""
    sent = deliver(lived, "two", now)
    own = {"id", "number", "revision"}
    names = [field.column for field in Delivery._meta.concrete_fields]
    columns = ", ".join(name for name in names if name not in own)
    key = (sent.destination_id, sent.transformation_id, sent.environment_id)
    bounds = [first_at(now - timedelta(days=n)) for n in range(30, -1, -1)]
    asked = {
        index.PRODUCTS: {"destinations": [key[0]]},
        index.NEWEST: {"before": None, "most": 51, **index.columns([key])},
        index.STANDING: {"transformation": key[1], "destinations": [key[0]]},
        index.BY_DAY: {"bounds": bounds, **index.columns([key])},
    }
    with connection.cursor() as cursor:
        cursor.execute(CROWD.format(columns=columns), [sent.pk])
        cursor.execute("ANALYZE pipelines_delivery")
        for sql, given in asked.items():
            cursor.execute(f"EXPLAIN {sql}", given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "_by_product" in plan, plan
            for wrong in ("delivery_pkey", "Seq Scan on pipelines_delivery"):
                assert wrong not in plan, plan
