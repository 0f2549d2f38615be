"""Saying where a name is in an environment."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deployments.environments.models import Environment
from pipelines.connections import operations, queries
from pipelines.connections.models import Binding, Destination
from portal import secrets
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.factories import House

SECRET = "correct horse battery"


@pytest.fixture
def production(house: House, now: datetime) -> Environment:
    return Environment.objects.create(
        name="production", title="Production", order=90, is_production=True, created_at=now
    )


def rebind(house: House, now: datetime, address: Path | None = None, **more: object) -> Binding:
    return operations.bind(
        thing=house.connection,
        environment=house.environment,
        address=str(address or house.folder / "sources"),
        by=house.owner,
        now=now,
        **more,  # type: ignore[arg-type]
    )


def test_binding_again_moves_it_and_keeps_who_made_it(house: House, now: datetime) -> None:
    (house.folder / "other").mkdir()
    later = now + timedelta(hours=1)

    binding = rebind(house, later, house.folder / "other", region="eu")

    assert Binding.objects.filter(connection=house.connection).count() == 1
    assert (binding.address, binding.region) == (str(house.folder / "other"), "eu")
    assert (binding.updated_at, binding.created_by) == (later, house.owner)
    entry = Entry.objects.filter(verb="binding.set").latest("id")
    assert entry.before == {"address": str(house.folder / "sources"), "region": ""}
    assert entry.after == {"address": str(house.folder / "other"), "region": "eu"}
    assert (entry.environment, entry.thing) == ("staging", "nyc-files")


def test_a_secret_is_encrypted_and_never_in_the_audit(house: House, now: datetime) -> None:
    binding = rebind(house, now, secret=SECRET)

    binding.refresh_from_db()
    assert binding.secret is not None
    assert SECRET.encode() not in bytes(binding.secret)
    assert secrets.decrypt(binding.secret) == SECRET
    assert binding.secret_set_at == now
    entry = Entry.objects.filter(verb="binding.set").latest("id")
    assert entry.after is not None
    assert entry.after["secret"] == "set"
    assert not Entry.objects.filter(after__icontains="horse").exists()


def test_a_secret_stays_until_it_is_replaced_or_removed(house: House, now: datetime) -> None:
    rebind(house, now, secret=SECRET)

    kept = rebind(house, now + timedelta(hours=1))
    kept.refresh_from_db()
    assert kept.secret_set_at == now
    assert secrets.decrypt(kept.secret or b"") == SECRET

    removed = rebind(house, now, secret="")
    removed.refresh_from_db()
    assert (removed.secret, removed.secret_set_at) == (None, None)


def test_links_are_followed_when_it_is_bound(house: House, now: datetime) -> None:
    (house.folder / "link").symlink_to(house.folder / "sources")
    assert rebind(house, now, house.folder / "link").address == str(house.folder / "sources")


def test_a_wrong_folder_is_refused_at_the_field(house: House, now: datetime) -> None:
    with pytest.raises(Refused, match="outside of the folders") as caught:
        rebind(house, now, Path("/etc"))
    assert caught.value.field == "address"
    refused = Entry.objects.filter(verb="binding.set", outcome="refused").latest("id")
    assert "outside of the folders" in refused.reason


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_only_those_who_answer_for_it_may(
    house: House, people: dict[str, User], name: str, now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="say where this is"):
        operations.bind(
            thing=house.connection,
            environment=house.environment,
            address=str(house.folder / "sources"),
            by=people[name],
            now=now,
        )


@pytest.mark.parametrize("folder", ["drop", "drop/inner", "."])
def test_destinations_do_not_share_a_folder(
    house: House, production: Environment, folder: str, now: datetime
) -> None:
    other = Destination.objects.create(
        name="other-drop", kind="directory", client=house.client, team=house.team, created_at=now
    )
    for thing, environment in ((other, house.environment), (house.destination, production)):
        with pytest.raises(Refused, match=r"overlaps with|the portal's own"):
            operations.bind(
                thing=thing,
                environment=environment,
                address=str(house.folder / folder),
                by=house.owner,
                now=now,
            )


def test_a_destination_may_be_bound_again_where_it_is(house: House, now: datetime) -> None:
    binding = operations.bind(
        thing=house.destination,
        environment=house.environment,
        address=str(house.drop),
        by=house.owner,
        now=now,
    )
    assert binding.address == str(house.drop)


def test_unbinding_takes_the_place_and_the_secret_away(house: House, now: datetime) -> None:
    rebind(house, now, secret=SECRET)

    operations.unbind(
        thing=house.connection, environment=house.environment, by=house.owner, now=now
    )

    assert queries.binding(house.connection, house.environment) is None
    entry = Entry.objects.get(verb="binding.unset")
    assert entry.before == {"address": str(house.folder / "sources"), "region": ""}
    with pytest.raises(Moved, match="has no binding in staging"):
        operations.unbind(
            thing=house.connection, environment=house.environment, by=house.owner, now=now
        )


@pytest.mark.parametrize("folder", ["sources", "drop"])
def test_another_team_cannot_name_the_same_folder_and_walk_around_its_grants(
    house: House, people: dict[str, User], finance_data: Team, now: datetime, folder: str
) -> None:
    (house.folder / "drop").mkdir(exist_ok=True)
    hers = operations.create_connection(
        name="copy", kind="directory", team=finance_data, by=people["hannah"], now=now
    )
    with pytest.raises(Refused, match=r"of airline-data\. Ask them for a grant"):
        operations.bind(
            thing=hers,
            environment=house.environment,
            address=str(house.folder / folder),
            by=people["hannah"],
            now=now,
        )
    assert not Binding.objects.filter(connection=hers).exists()
