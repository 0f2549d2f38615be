"""What is exported and applied to an empty portal gives the same portal, and then nothing is left
to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from pipelines.connections import operations as connections
from pipelines.connections.models import Client, Connection, Destination
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.files import writing
from portal.golden_paths import operations as golden_paths
from portal.golden_paths import shipped
from portal.manifests import queries
from tests.conftest import NOW
from tests.pipelines.connections.test_bind_kinds import HOOK, KEY
from tests.pipelines.factories import House, file
from tests.portal.manifests.folder import Folder, export

Documents = list[dict[str, object]]


@contextmanager
def another_portal() -> Iterator[None]:
    """One with the same people and nothing else; it is gone afterwards."""
    with transaction.atomic():
        Team.objects.all().delete()
        yield
        transaction.set_rollback(True)


def test_a_whole_portal_comes_back(house: House, people: dict[str, User]) -> None:
    with transaction.atomic():
        hook = connections.create_destination(
            name="acme-hook", kind="webhook", client=house.client, team=house.team,
            by=house.owner, now=NOW,
        )  # fmt: skip
        connections.bind(
            thing=hook, environment=house.environment, address=HOOK, secret=KEY,
            options={"seconds": 5}, by=house.owner, now=NOW,
        )  # fmt: skip
        house.register(file(), now=NOW)
        house.register(file(sql="SELECT 'C' AS carrier, 1 AS flights WHERE $month = 1"), now=NOW)
        carriers = house.component()
        catalog.change(component=carriers, by=house.owner, now=NOW, tier=1, lifecycle="production")
        catalog.register(name="gate", kind="api", team=house.team, by=house.owner, now=NOW)
        catalog.deprecate(
            component=catalog.register(
                name="old-gate", kind="api", team=house.team, by=house.owner, now=NOW
            ),
            sunset_on=NOW.date().replace(year=2027),
            replacement=carriers,
            by=house.owner,
            now=NOW,
        )
        golden_paths.publish(definition=shipped.files()[0], by=people["priya"], now=NOW)
        files = export()
        own = Folder(people["priya"], files)
        assert {step.action for step in own.plan().steps} == {"keep"}
        own.apply()
        assert own.plan().steps == ()
        transaction.set_rollback(True)
    _empty(house)
    with another_portal():
        folder = Folder(
            people["priya"],
            files,
            secrets={"env:SLIPWAY_SECRET_DESTINATION_ACME_HOOK_STAGING": KEY},
        )
        application = folder.apply()
        assert application.message == ""
        assert folder.plan().steps == ()
        assert export() == files
    assert KEY not in str(files)


def _empty(house: House) -> None:
    for thing in (Destination, Client, Connection):
        thing.objects.all().delete()
    house.environment.delete()


NAMES = ("ash", "birch", "cedar", "elm")
WORDS = st.text("abc äß:#-'\"{}\n", max_size=12).map(str.strip)


@st.composite
def portals(draw: DrawFn) -> Documents:
    """The documents of a small portal: each names only what another one makes."""
    teams = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
    found = [_document("Team", team, spec={"members": draw(members())}) for team in teams]
    for number, place in enumerate(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))):
        rule = {"order": number, "approvals": draw(st.integers(0, 3))}
        found.append(_document("Environment", place, spec=rule))
    for source in draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)):
        found.append(
            _document("Connection", source, team=draw(st.sampled_from(teams)),
                      description=draw(WORDS), spec={"kind": "postgres"})
        )  # fmt: skip
        found += [
            _document("Grant", f"{user}/use/connection/{source}", spec={})
            for user in teams
            if draw(st.booleans())
        ]
        for place in [one["metadata"]["name"] for one in found if one["kind"] == "Environment"]:
            address = {"address": f"postgresql://r@{place}.example:5432/db", "region": draw(WORDS)}
            found.append(_document("Binding", f"connection/{source}/{place}", spec=address))
    for component in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
        spec = {"kind": "api", "tier": draw(st.integers(1, 4))}
        found.append(
            _document("Component", component, team=draw(st.sampled_from(teams)),
                      title=draw(WORDS), spec=spec)
        )  # fmt: skip
    return found


def members() -> st.SearchStrategy[dict[str, str]]:
    roles = st.sampled_from(["viewer", "developer", "maintainer"])
    return st.dictionaries(st.sampled_from(["ines", "mira"]), roles)


def _document(kind: str, name: str, *, spec: dict[str, object], **metadata: object) -> dict:
    known = {key: value for key, value in metadata.items() if value}
    envelope = {"apiVersion": "slipway/v1", "kind": kind, "metadata": {"name": name, **known}}
    return {**envelope, "spec": spec} if spec else envelope


@given(documents=portals())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_portal_comes_back(people: dict[str, User], documents: Documents) -> None:
    written = {"all.yaml": "---\n".join(writing.written(one) for one in documents)}
    with another_portal():
        first = Folder(people["priya"], written)
        assert first.apply().message == ""
        assert first.plan().steps == (), "a second plan is empty"
        files = export()
    with another_portal():
        second = Folder(people["priya"], files)
        assert second.apply().message == ""
        assert second.plan().steps == ()
        assert export() == files


def test_one_team_takes_its_own_things_along(house: House, people: dict[str, User]) -> None:
    finance = Team.objects.get(name="finance-data")
    said: dict[str, Any] = {"by": people["priya"], "now": NOW}
    catalog.register(name="ledger", kind="api", team=finance, **said)

    (found,) = queries.export(kind="Component", team="finance-data", **said)
    assert "ledger" in found.text
    assert queries.export(kind="Connection", team="finance-data", **said) == []


def test_an_editor_finds_the_schema_from_each_file(house: House) -> None:
    house.register(file(), now=NOW)
    for path, text in export().items():
        first = text.splitlines()[0]
        address = "https://slipway.example/api/v1/manifests/schema/"
        assert first == f"# yaml-language-server: $schema={address}", path
