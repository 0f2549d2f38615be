"""How an entity becomes a component here: registered, linked, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest

from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.claims import operations as claims
from portal.entities import comparing, operations, queries
from portal.entities.models import CatalogSource, Entity
from tests.conftest import NOW
from tests.portal.entities.conftest import GROUP, Place, Read, component, together

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"


def registered(name: str, team: Team, by: User, kind: str = "service") -> Component:
    return catalog.register(name=name, team=team, kind=kind, by=by, now=NOW)


def team_of(name: str) -> str:
    return Component.objects.select_related("team").get(name=name).team.name


def test_one_that_is_there_already_is_linked_and_nothing_of_it_changes(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    finance = Team.objects.get(name="finance-data")
    registered("checkout", finance, people["hannah"])
    place.put(**{INFO: component("checkout")})
    read(source)
    checkout = Component.objects.get(name="checkout")
    entity = Entity.objects.get(component=checkout)
    assert (checkout.description, entity.is_made) == ("", False)
    assert team_of("checkout") == "finance-data"  # the file says airline-data


def test_no_file_ever_moves_a_component_to_another_team(
    place: Place, source: CatalogSource, read: Read
) -> None:
    place.put(**{INFO: component("checkout")})
    read(source)
    place.put(**{INFO: component("checkout", owner="finance-data")})
    read(source)
    assert Entity.objects.get().owner == "group:default/finance-data"
    assert team_of("checkout") == "airline-data"


def test_facts_follow_the_file_until_a_person_writes_others(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    place.put(**{INFO: component("checkout")})
    read(source)
    place.put(**{INFO: component("checkout").replace("is for", "does")})
    read(source)
    checkout = Component.objects.get(name="checkout")
    assert checkout.description == "What checkout does."
    catalog.change(component=checkout, by=people["ines"], now=NOW, description="Ours.")
    text = component("checkout").replace("production", "experimental").replace("for.", "now.")
    place.put(**{INFO: text})
    read(source)
    checkout.refresh_from_db()
    assert (checkout.description, checkout.lifecycle) == ("Ours.", "experimental")


def test_what_names_a_group_that_is_no_team_is_nobodys_until_claimed(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User], airline: Team
) -> None:
    place.put(**{INFO: component("checkout", owner="strangers")})
    read(source)
    checkout = Component.objects.select_related("team").get(name="checkout")
    assert checkout.is_unowned
    claims.claim(component=checkout, team=airline, by=people["ines"], now=NOW)
    assert team_of("checkout") == "airline-data"


def test_a_group_may_name_the_team_that_it_is_here(
    place: Place, source: CatalogSource, read: Read
) -> None:
    group = GROUP.replace(
        "{name: airline-data}",
        "{name: sky, annotations: {slipway.dev/team: airline-data}}",
    )
    place.put(**{INFO: together(group, component("checkout", owner="sky"))})
    read(source)
    assert team_of("checkout") == "airline-data"


def test_a_teams_source_speaks_for_its_own_team_only(
    place: Place, read: Read, people: dict[str, User], airline: Team
) -> None:
    registered("ledger", Team.objects.get(name="finance-data"), people["hannah"])
    source, _ = operations.create(
        name="ours",
        kind="git",
        team=airline,
        repository="https://git.example.com/air/catalog.git",
        by=people["ines"],
        now=NOW,
    )
    others = component("bank", owner="finance-data")
    place.put(**{INFO: together(component("checkout"), component("ledger"), others)})
    read(source)
    assert team_of("checkout") == "airline-data"
    assert not Component.objects.filter(name="bank").exists()
    ledger = queries.entity("component:default/ledger")
    assert ledger.component is None
    assert "ours speaks for airline-data only" in queries.why_no_component(ledger)


def test_names_that_meet_are_told_apart_by_kind(
    place: Place, source: CatalogSource, read: Read
) -> None:
    api = component("checkout", more="  definition: x\n").replace("kind: Component", "kind: API")
    elsewhere = component("Checkout_UI").replace("  name:", "  namespace: shop\n  name:")
    place.put(**{INFO: together(component("checkout"), api, elsewhere)})
    read(source)
    kinds = dict(Component.objects.values_list("name", "kind"))
    assert kinds == {
        "checkout": "service",
        "checkout-api": "api",
        "shop-checkout-ui": "service",
    }


def test_declared_stands_beside_what_was_seen_with_a_fix_to_paste(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    more = "  dependsOn: [component:cart]  # since ever\n"
    place.put(**{INFO: together(GROUP, component("checkout", owner="old", more=more))})
    read(source)
    checkout = Component.objects.select_related("team").get(name="checkout")
    airline = Team.objects.get(name="airline-data")
    claims.claim(component=checkout, team=airline, by=people["ines"], now=NOW)
    registered("bank", airline, people["ines"])
    Dependency.objects.create(
        component=checkout,
        direction="reads",
        kind="component",
        name="bank",
        source="observed",
        since_at=NOW,
    )
    entity = queries.entity("component:default/checkout")
    checkout.refresh_from_db()
    found: Any = comparing.compared(entity, checkout, by=people["ines"], now=NOW)
    assert (found.ownership.said, found.ownership.differs) == ("group:default/old", True)
    assert {tie.name: tie.words for tie in found.ties} == {"bank": "seen, not in the file"}
    assert found.fix.paste == (
        "spec:\n  owner: group:default/airline-data\n"
        '  dependsOn: ["component:cart", "component:default/bank"]\n'
    )
    applied = place.folder / "fix.patch"
    applied.write_text(found.fix.patch)
    place.git("apply", str(applied))
    text = (place.folder / INFO).read_text()
    assert "owner: group:default/airline-data" in text
    assert "component:default/bank" in text
    assert text.startswith(GROUP)


@pytest.fixture
def of_finance(people: dict[str, User]) -> CatalogSource:
    """A source that speaks for finance-data alone."""
    made, _ = operations.create(
        name="finance",
        kind="git",
        team=Team.objects.get(name="finance-data"),
        repository="https://git.example.com/finance/catalog.git",
        by=people["priya"],
        now=NOW,
    )
    return made


def test_a_teams_source_takes_no_component_of_another_team_over(
    place: Place, source: CatalogSource, read: Read, of_finance: CatalogSource
) -> None:
    place.put(**{INFO: component("checkout")})
    read(source)
    place.put(**{INFO: GROUP})
    read(source)  # an orphan, whose reference another source may describe
    place.put(**{INFO: component("checkout").replace("is for", "does").replace("for.", "not.")})
    read(of_finance)
    entity = queries.entity("component:default/checkout")
    assert (entity.source, entity.orphaned_at) == (of_finance, None)
    assert (entity.component, entity.is_made, entity.given) == (None, False, {})
    assert "speaks for finance-data only" in queries.why_no_component(entity)
    checkout = Component.objects.get(name="checkout")
    assert checkout.description == "What checkout is for."


def test_a_component_that_went_to_another_team_follows_no_file_and_stays(
    place: Place, read: Read, of_finance: CatalogSource, airline: Team
) -> None:
    text = component("ledger", owner="finance-data")
    place.put(**{INFO: text})
    read(of_finance)
    Component.objects.filter(name="ledger").update(team=airline)
    place.put(**{INFO: text.replace("is for", "does")})
    read(of_finance)
    assert Component.objects.get(name="ledger").description == "What ledger is for."
    place.put(**{INFO: GROUP})
    read(of_finance)
    orphans = queries.orphans(of_finance)
    assert [one.ref for one in orphans] == ["component:default/ledger"]
    assert queries.bare(orphans) == set()


def test_a_group_finds_a_team_that_is_made_later(
    place: Place, source: CatalogSource, read: Read
) -> None:
    place.put(**{INFO: GROUP.replace("airline-data", "newcomers")})
    read(source)
    assert Entity.objects.get(folded="group").team is None
    team = Team.objects.create(name="newcomers", title="Newcomers", created_at=NOW)
    read(source)
    assert Entity.objects.get(folded="group").team == team
