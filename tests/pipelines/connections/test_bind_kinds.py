"""Binding databases and webhooks: what each kind asks for, and what only the platform may allow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pipelines.connections import operations, queries, trials
from pipelines.connections.models import Binding, Connection, Destination
from portal import secrets
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused
from tests.pipelines.factories import House

KEY = "whsec_" + "QUJD" * 10
OTHER_KEY = "whsec_" + "REVG" * 10
DATABASE = "postgresql://reader@db.example/ops"
HOOK = "https://hooks.client.example/in?room=1"


@pytest.fixture
def database(house: House, now: datetime) -> Connection:
    return operations.create_connection(
        name="ops-db", kind="postgres", team=house.team, by=house.owner, now=now
    )


@pytest.fixture
def hook(house: House, now: datetime) -> Destination:
    return operations.create_destination(
        name="acme-hook", kind="webhook", client=house.client, team=house.team, by=house.owner,
        now=now,
    )  # fmt: skip


def bind(
    house: House, thing: Connection | Destination, address: str, *, by: User | None = None,
    now: datetime, **more: Any,
) -> Binding:  # fmt: skip
    return operations.bind(
        thing=thing, environment=house.environment, address=address, by=by or house.owner, now=now,
        **more,
    )  # fmt: skip


def test_a_database_is_bound_with_its_password_apart(
    house: House, database: Connection, now: datetime
) -> None:
    bound = bind(house, database, DATABASE, now=now, secret="swordfish", options={"rows": 1000})
    assert bound.address == "postgresql://reader@db.example:5432/ops"
    assert bound.options == {"rows": 1000}
    assert secrets.decrypt(bytes(bound.secret or b"")) == "swordfish"
    assert "swordfish" not in str(list(Entry.objects.values()))
    with pytest.raises(Refused, match="Leave the password out"):
        bind(house, database, "postgresql://reader:swordfish@db.example/ops", now=now)


def test_a_password_does_not_move_to_another_address_by_itself(
    house: House, database: Connection, now: datetime
) -> None:
    bind(house, database, DATABASE, now=now, secret="swordfish")
    with pytest.raises(Refused, match="Give the one for the new address") as refused:
        bind(house, database, "postgresql://reader@evil.example/ops", now=now)
    assert refused.value.field == "secret"
    bind(house, database, f"{DATABASE}?sslmode=prefer", now=now)  # the same place
    bind(house, database, "postgresql://reader@new.example/ops", now=now, secret="other")


def test_a_connection_is_no_webhook_and_a_kind_has_its_own_options(
    house: House, database: Connection, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"is no kind\. There is: directory, postgres\."):
        operations.create_connection(
            name="x", kind="webhook", team=house.team, by=house.owner, now=now
        )
    for options, words in (
        ({"allow_http": True}, "A postgres has no option “allow_http”"),
        ({"rows": "many"}, "rows is a whole number"),
        ({"rows": 0}, "rows is from 1 to 1,000,000,000"),
        ({"allow_local": 1}, "allow_local is true or false"),
    ):
        with pytest.raises(Refused) as refused:
            bind(house, database, DATABASE, now=now, options=options)
        assert words in refused.value.message
        assert refused.value.field == f"options.{next(iter(options))}"


def test_what_is_as_by_default_is_not_kept(
    house: House, database: Connection, now: datetime
) -> None:
    bound = bind(house, database, DATABASE, now=now, options={"seconds": 600, "allow_local": False})
    assert bound.options == {}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://hooks.client.example/", "is read by whoever is on the way"),
        ("ftp://hooks.client.example/", "begins with https://"),
        ("https://me:word@hooks.client.example/", "Leave name and password out"),
        ("https://hooks.client.example/#x", "behind the #"),
        ("https:///path", "begins with https://"),
        ("https://hooks.client.example:0/", "0 is no port"),
        ("https://hooks.client.example:x/", "This is no URL"),
        ("https://hooks.client.example/a b", "a space or a letter that a URL can't"),
        ("https://hooks.client.example/\r\nHost: x", "a space or a letter that a URL can't"),
    ],
)
def test_a_wrong_url_is_refused(
    house: House, hook: Destination, now: datetime, address: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        bind(house, hook, address, now=now, secret=KEY)
    assert words in refused.value.message
    assert refused.value.field == "address"


@pytest.mark.parametrize("secret", [None, "", "hunter2", "whsec_", "whsec_QUJD", "whsec_***"])
def test_a_webhook_needs_a_good_signing_secret(
    house: House, hook: Destination, now: datetime, secret: str | None
) -> None:
    with pytest.raises(Refused, match="signing secret") as refused:
        bind(house, hook, HOOK, now=now, secret=secret)
    assert refused.value.field == "secret"


def test_a_new_signing_secret_leaves_the_former_one_for_a_day(
    house: House, hook: Destination, now: datetime
) -> None:
    bind(house, hook, HOOK, now=now, secret=KEY)
    bound = bind(house, hook, HOOK, now=now, secret=OTHER_KEY)
    assert secrets.decrypt(bytes(bound.secret or b"")) == OTHER_KEY
    assert secrets.decrypt(bytes(bound.former_secret or b"")) == KEY
    assert bound.former_until == now + timedelta(days=1)


def test_only_the_platform_opens_a_way_that_is_shut_and_moves_it(
    house: House, hook: Destination, people: dict[str, User], now: datetime
) -> None:
    wish: dict[str, Any] = {"now": now, "options": {"allow_private": True, "allow_http": True}}
    inside = "http://10.0.0.7/in"
    with pytest.raises(NotAllowed, match="let this lead where others may not go"):
        bind(house, hook, inside, secret=KEY, **wish)
    bind(house, hook, inside, by=people["priya"], secret=KEY, **wish)
    bind(house, hook, inside, now=now, region="eu")  # nothing of it changes
    with pytest.raises(NotAllowed):
        bind(house, hook, "http://10.0.0.8/other", now=now)
    bind(house, hook, HOOK, now=now, options={})  # and back to where everyone may go
    entries = Entry.objects.filter(verb="binding.set", outcome="refused")
    assert entries.count() == 2


def test_trying_a_place_leaves_what_was_found(
    house: House, people: dict[str, User], now: datetime
) -> None:
    tried = operations.test(
        thing=house.connection, environment=house.environment, by=people["mira"], now=now
    )
    assert tried.trial == {"state": "asked", "by": "Mira Okafor"}
    trials.run(binding_id=str(tried.pk), clock=lambda: now)
    tried.refresh_from_db()
    assert (tried.trial["state"], tried.trial["summary"]) == ("good", "1 file that can be inputs")
    (house.folder / "sources").rename(house.folder / "away")
    operations.test(
        thing=house.connection, environment=house.environment, by=people["mira"], now=now
    )
    trials.run(binding_id=str(tried.pk), clock=lambda: now)
    tried.refresh_from_db()
    assert tried.trial["state"] == "bad"
    assert "is not there" in tried.trial["summary"]


def test_trying_needs_a_right_and_a_place(
    house: House, people: dict[str, User], now: datetime
) -> None:
    place = {"thing": house.connection, "environment": house.environment, "now": now}
    with pytest.raises(NotAllowed, match="You may not try it"):
        operations.test(**place, by=people["jonas"])
    operations.unbind(**place, by=house.owner)
    with pytest.raises(Refused, match="has no binding in staging"):
        operations.test(**place, by=people["mira"])
    assert queries.binding(house.connection, house.environment) is None
