"""Making sources, their secrets, what names mean, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from observability.changes.models import Change
from observability.events import operations
from observability.events.kinds import KINDS
from observability.events.kinds.base import Envelope, Post
from observability.events.models import EventSource, OutsideEvent
from observability.events.operations import Unproven
from portal import secrets
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.errors import Moved, NotAllowed, Refused
from tests.observability.events.conftest import ago, status

Made = Callable[..., tuple[EventSource, str]]


def sample(source: EventSource, secret: str) -> Post:
    return KINDS[source.kind].sample(secret, timezone.now())


def admitted(source: EventSource, secret: str, later: timedelta = timedelta()) -> bool:
    now = timezone.now() + later
    try:
        return operations.admit(name=source.name, post=sample(source, secret), now=now) == source
    except Unproven:
        return False


@pytest.mark.parametrize("kind", list(KINDS))
def test_only_the_secret_lets_in_and_it_is_kept_encrypted(made: Made, kind: str) -> None:
    source, secret = made(kind)
    assert admitted(source, secret)
    assert not admitted(source, secret + "x")
    assert secret.encode() not in bytes(source.secret)
    assert secrets.decrypt(source.secret) == secret


def test_another_secret_holds_beside_the_former_one_for_a_day(
    made: Made, people: dict[str, User]
) -> None:
    source, former = made("github")
    secret = operations.rotate(source=source, by=people["ines"], now=timezone.now())
    assert admitted(source, secret)
    assert admitted(source, former)
    assert admitted(source, secret, timedelta(days=2))
    assert not admitted(source, former, timedelta(days=2))


def test_what_is_switched_off_takes_nothing(made: Made, people: dict[str, User]) -> None:
    source, secret = made("jenkins")
    by = {"source": source, "by": people["ines"], "now": timezone.now()}
    operations.disable(**by)  # type: ignore[arg-type]
    assert not admitted(source, secret)
    source.refresh_from_db()
    assert source.refused_why == "It is switched off."
    with pytest.raises(Moved):
        operations.disable(**by)  # type: ignore[arg-type]
    with pytest.raises(Moved):
        operations.test(**by)  # type: ignore[arg-type]
    operations.enable(**by)  # type: ignore[arg-type]
    assert admitted(source, secret)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_test_goes_through_the_front_door_and_changes_nothing(
    made: Made, people: dict[str, User], places: None, kind: str
) -> None:
    source, _ = made(kind)
    became = operations.test(source=source, by=people["mira"], now=timezone.now())
    assert became.state == "noted"
    assert OutsideEvent.objects.get().type == "test"
    assert not Change.objects.exists()


def test_who_may(made: Made, people: dict[str, User]) -> None:
    for name in ("mira", "jonas", "hannah"):
        with pytest.raises(NotAllowed):
            made("github", by=name)
    with pytest.raises(NotAllowed):
        made("github", team=None, by="ines")
    source, _ = made("github", team=None, by="priya")
    with pytest.raises(NotAllowed):
        operations.rotate(source=source, by=people["ines"], now=timezone.now())


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": "Not So"}, "name"), ({"name": "a" * 49}, "name"), ({"kind": "smoke"}, "kind")],
)
def test_what_is_no_source_is_refused_in_words(
    people: dict[str, User], airline_data: Team, given: dict[str, str], field: str
) -> None:
    usual: dict[str, Any] = {"name": "acme", "kind": "github", **given}
    with pytest.raises(Refused) as refused:
        operations.create(**usual, team=airline_data, by=people["ines"], now=timezone.now())
    assert refused.value.field == field


@pytest.fixture
def source(made: Made) -> EventSource:
    return made("github")[0]


def told(source: EventSource, delivery: str, **body: Any) -> OutsideEvent:
    envelope = Envelope(delivery, "deployment_status", status("success", ago(9), **body))
    operations.receive(source=source, envelopes=[envelope], now=timezone.now())
    return OutsideEvent.objects.get(event_id=delivery)


def test_what_fits_nothing_is_kept_and_says_what_to_do(
    source: EventSource, checkout: Component
) -> None:
    event = told(source, "1", repository="acme/basket", environment="moon")
    assert event.state == "waiting"
    assert "which component “acme/basket” is" in event.words
    assert "which environment “moon” is" in event.words


def test_saying_what_names_mean_applies_what_waited(
    source: EventSource, checkout: Component, people: dict[str, User]
) -> None:
    told(source, "1", repository="acme/basket", environment="moon")
    by = {"source": source, "by": people["ines"], "now": timezone.now()}
    operations.mean(what="component", outside="acme/basket", inside="checkout", **by)  # type: ignore[arg-type]
    assert not Change.objects.exists()
    operations.mean(what="environment", outside="moon", inside="staging", **by)  # type: ignore[arg-type]
    change = Change.objects.get()
    assert (change.component, change.environment) == (checkout, "staging")
    assert OutsideEvent.objects.get().state == "applied"


def test_what_waits_for_a_component_is_applied_once_there_is_one(
    source: EventSource, checkout: Component, people: dict[str, User], airline_data: Team
) -> None:
    told(source, "1", repository="acme/basket")
    assert operations.apply(source=source, by=people["mira"], now=timezone.now()) == 0
    catalog.register(
        name="basket", kind="service", team=airline_data, by=people["mira"], now=timezone.now()
    )
    operations.keep_up(now=timezone.now())
    assert Change.objects.get().component.name == "basket"  # type: ignore[union-attr]


def test_a_source_of_a_team_speaks_for_no_other_team(
    source: EventSource, people: dict[str, User], finance_data: Team, places: None
) -> None:
    catalog.register(
        name="ledger", kind="service", team=finance_data, by=people["hannah"], now=timezone.now()
    )
    assert told(source, "1", repository="acme/ledger").state == "waiting"
    with pytest.raises(Refused, match="finance-data"):
        operations.mean(
            source=source,
            what="component",
            outside="acme/ledger",
            inside="ledger",
            by=people["ines"],
            now=timezone.now(),
        )
    assert not Change.objects.exists()


def test_a_source_for_everyone_speaks_for_every_team(
    made: Made, people: dict[str, User], finance_data: Team, places: None
) -> None:
    catalog.register(
        name="ledger", kind="service", team=finance_data, by=people["hannah"], now=timezone.now()
    )
    source, _ = made("github", team=None, by="priya")
    assert told(source, "1", repository="acme/ledger").state == "applied"


def test_old_bodies_are_let_go_of_and_what_waits_is_not(
    source: EventSource, checkout: Component
) -> None:
    told(source, "1")
    told(source, "2", repository="acme/basket", number=8)
    operations.keep_up(now=timezone.now() + timedelta(days=91))
    assert [bool(row.body) for row in OutsideEvent.objects.order_by("event_id")] == [False, True]


def test_the_pages_lead_from_a_new_source_to_what_it_told(
    checkout: Component, browser: Callable[[str], Client]
) -> None:
    client = browser("ines")
    made = client.post(
        "/event-sources/new", {"name": "acme", "kind": "github", "team": "airline-data"}
    )
    secret = made.content.decode().partition('id="secret-text">')[2].partition("<")[0]
    assert secret.startswith("whsec_")
    source = EventSource.objects.get()
    assert admitted(source, secret)
    told(source, "1", repository="acme/basket")
    page = client.get("/event-sources/acme/").content.decode()
    assert secret not in page
    assert "acme/basket" in page
    assert "http://testserver/events/acme" in page
    client.post(
        "/event-sources/acme/mean",
        {"what": "component", "outside": "acme/basket", "inside": "checkout"},
    )
    assert Change.objects.get().component == checkout
