"""Deliveries of the small house to other places than its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from deployments.releases import operations as releases
from pipelines.connections import operations as connections
from pipelines.connections.models import Destination
from pipelines.deliveries import operations as delivering_again
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work
from pipelines.execution import operations as execution
from pipelines.execution import work as running
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import User
from tests.pipelines.factories import SQL, House, deliveries, file, later, staged
from tests.pipelines.second import Second, made
from tests.receiver import Running
from tests.receiver import running as receiving

KEY = "whsec_" + "QUJD" * 10
ALLOWED = {"allow_private": True, "allow_http": True}
ENTRY = {"destination": "acme-db", "table": "public.punctuality"}
WIDER = SQL.replace("count(*)", "count(*) * 10")
FEWER = f"SELECT * FROM ({SQL}) WHERE carrier <> 'C3'"
NEWEST = f"SELECT * FROM ({SQL}) WHERE carrier = 'C1'"
PASSED_BY = f"SELECT carrier, flights + 1 AS flights FROM ({SQL}) WHERE carrier IN ('C0', 'C2')"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Running]:
    with receiving(KEY) as found:
        yield found


@pytest.fixture(scope="module")
def second() -> Iterator[Second]:
    with made() as found:
        yield found


Sent = Callable[..., Delivery]
Ran = Callable[..., Delivery]
Sender = Callable[..., Delivery]


@pytest.fixture
def run_once(house: House, now: datetime) -> Sent:
    """Run what is live at an instant; the delivery that it left to do."""

    def run(at: datetime = now, key: str = "a") -> Delivery:
        started = start(house, at, key)
        running.execute(run_id=str(started.pk), worker="test", clock=lambda: at)
        started.refresh_from_db()
        assert started.state == "succeeded", started.message
        return deliveries(started)[-1]

    return run


@pytest.fixture
def staged_once(house: House, now: datetime) -> Sent:
    """As if what is live had run, and this had come of it: quicker than the sandbox."""

    def stage(at: datetime = now, key: str = "a", content: bytes = b"some rows") -> Delivery:
        started = start(house, at, key)
        held = execution.claim(run_id=str(started.pk), worker="test", now=at)
        assert held
        assert execution.succeed(claim=held, outcome=staged(held, content), now=at)
        return deliveries(started)[-1]

    return stage


def start(house: House, at: datetime, key: str) -> Run:
    return runs.start(
        transformation=house.component().transformation, environment=house.environment,
        parameters={"month": 1}, by=house.developer, now=at, request_key=key,
    )  # fmt: skip


def send(delivery: Delivery, at: datetime) -> Delivery:
    """One message of the deliveries queue."""
    work.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: at)
    delivery.refresh_from_db()
    return delivery


def bound(
    house: House, people: dict[str, User], now: datetime, *, name: str, kind: str, address: str,
    **more: Any,
) -> Destination:  # fmt: skip
    """A destination of the house's client, bound by the platform as tests are on this machine."""
    found = connections.create_destination(
        name=name, kind=kind, client=house.client, team=house.team, by=house.owner, now=now
    )
    connections.bind(
        thing=found, environment=house.environment, address=address, by=people["priya"], now=now,
        **more,
    )  # fmt: skip
    connections.give(thing=found, team=house.team, use="use", by=house.owner, now=now)
    return found


def delivering(entry: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return file(deliveries=[{"client": "acme-travel", **entry}], **spec)


@pytest.fixture
def hook(house: House, people: dict[str, User], receiver: Running, now: datetime) -> Destination:
    receiver.plan()
    return bound(
        house, people, now, name="acme-hook", kind="webhook", address=receiver.url,
        secret=KEY, options=ALLOWED,
    )  # fmt: skip


@pytest.fixture
def event(house: House, hook: Destination, staged_once: Sent, now: datetime) -> Sent:
    """A delivery to the webhook that is due."""
    house.live(delivering({"destination": "acme-hook", "format": "parquet"}), now=now)
    return staged_once


@pytest.fixture
def table(house: House, people: dict[str, User], second: Second, now: datetime) -> Destination:
    """A database where nothing was delivered yet."""
    second.ask(
        "DROP TABLE IF EXISTS punctuality, slipway_deliveries, slipway_late_deliveries CASCADE"
    )
    return bound(
        house, people, now, name="acme-db", kind="postgres", address=second.url(second.writer),
        options={"allow_local": True},
    )  # fmt: skip


@pytest.fixture
def result(house: House, table: Destination, run_once: Sent, now: datetime) -> Ran:
    """A delivery of what is live, to the table."""

    def ran(at: datetime = now, key: str = "a", *, sql: str = SQL, **entry: Any) -> Delivery:
        house.live(delivering({**ENTRY, **entry}, sql=sql, checks=[]), now=at)
        return run_once(at, key)

    return ran


def rows(second: Second) -> list[tuple[Any, ...]]:
    """What the client has."""
    return second.ask("SELECT carrier, flights FROM punctuality ORDER BY carrier")


@pytest.fixture
def sent(table: Destination, result: Ran, now: datetime) -> Sender:
    """What such a query delivers so many seconds later."""

    def put(seconds: int, sql: str) -> Delivery:
        at = later(now, seconds)
        delivery = send(result(at, f"at {seconds}", sql=sql, mode="upsert"), at)
        assert delivery.state == Delivery.State.DELIVERED, delivery.message
        return delivery

    return put


@pytest.fixture
def right(sent: Sender) -> Delivery:
    """All carriers as they should be."""
    return sent(0, SQL)


@pytest.fixture
def wrong(house: House, right: Delivery, sent: Sender, now: datetime) -> Delivery:
    """Two carriers with flights that never were; something newer came, then it was rejected."""
    delivery = sent(10, PASSED_BY)
    sent(20, NEWEST)
    reject(house, delivery, later(now, 30))
    return delivery


def reject(house: House, delivery: Delivery, at: datetime) -> None:
    release = house.release_of(delivery.version)
    releases.reject(release=release, reason="Wrong", by=house.approver, now=at)


def repaired(house: House, right: Delivery, at: datetime) -> Delivery:
    """The right rows once more, in the order in which they were first: before what is newer."""
    again = delivering_again.again(delivery=right, by=house.developer, now=at, reason="Right again")
    return send(again, later(at, 1))
