"""Orphans: marked when a look finds them nowhere, removed only when someone says so."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.entities import operations, queries
from portal.entities.models import CatalogSource, Entity
from portal.errors import Moved, NotAllowed, Refused
from portal.notifications.operations import wishing
from portal.search import queries as search
from tests.conftest import NOW
from tests.portal.entities.conftest import GROUP, Place, Read, component, together

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"


@pytest.fixture
def orphaned(place: Place, source: CatalogSource, read: Read) -> CatalogSource:
    """Of checkout, cart and a group only checkout is left."""
    needs = component("checkout", more="  dependsOn: [component:cart]\n")
    place.put(**{INFO: together(GROUP, needs, component("cart"))})
    read(source)
    place.put(**{INFO: component("checkout")})
    return read(source)


def remove(source: CatalogSource, by: User, *, confirm: str = "acme", seen: str = "") -> int:
    shown = seen or queries.digest(queries.orphans(source))
    return operations.remove_orphans(source=source, seen=shown, confirm=confirm, by=by, now=NOW)


def test_what_no_file_describes_is_marked_and_stays(orphaned: CatalogSource) -> None:
    assert orphaned.message == "1 entity, 2 orphans."
    assert [one.ref for one in queries.orphans(orphaned)] == [
        "component:default/cart",
        "group:default/airline-data",
    ]
    assert Component.objects.filter(name="cart").exists()
    assert not Dependency.objects.exists()


def test_what_comes_back_is_no_orphan(orphaned: CatalogSource, place: Place, read: Read) -> None:
    place.put(**{INFO: together(component("checkout"), component("cart"))})
    read(orphaned)
    assert [one.ref for one in queries.orphans(orphaned)] == ["group:default/airline-data"]


def test_a_file_that_can_not_be_read_makes_no_orphans(
    place: Place, source: CatalogSource, read: Read
) -> None:
    place.put(**{INFO: component("checkout")})
    read(source)
    place.put(**{INFO: "a: ["})
    read(source)
    assert queries.orphans(source) == []


def test_they_go_when_someone_says_so_with_components_that_nothing_happened_to(
    orphaned: CatalogSource, people: dict[str, User]
) -> None:
    assert remove(orphaned, people["priya"]) == 2
    assert Entity.objects.count() == 1
    assert set(Component.objects.values_list("name", flat=True)) == {"checkout"}
    assert not search.names("component", "cart").exists()
    entry = Entry.objects.get(verb="entity.remove")
    assert entry.before["components"] == ["cart"]


def test_a_component_with_a_history_stays(orphaned: CatalogSource, people: dict[str, User]) -> None:
    cart = Component.objects.get(name="cart")
    wishing.subscribe(by=people["mira"], kind="", component=cart, team=None, client="", now=NOW)
    assert remove(orphaned, people["priya"]) == 2
    assert Component.objects.filter(name="cart").exists()


def test_only_those_that_were_seen_go_and_only_with_the_name_written(
    orphaned: CatalogSource, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="Write acme to confirm"):
        remove(orphaned, people["priya"], confirm="yes")
    with pytest.raises(Moved, match="other orphans by now"):
        remove(orphaned, people["priya"], seen="older")
    with pytest.raises(NotAllowed):
        remove(orphaned, people["ines"])
    assert len(queries.orphans(orphaned)) == 2


def test_the_page_shows_what_would_go_before_it_goes(
    orphaned: CatalogSource, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["priya"])
    page = client.get("/catalog/sources/acme/orphans").content.decode()
    assert "Its component cart goes with it" in page
    assert "Remove 2 orphans" in page


def test_a_source_goes_only_when_it_describes_nothing(
    orphaned: CatalogSource, place: Place, read: Read, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="still describes entities"):
        operations.remove(source=orphaned, confirm="acme", by=people["priya"], now=NOW)
    place.put(**{INFO: "# nothing"})
    read(orphaned)
    remove(orphaned, people["priya"])
    operations.remove(source=orphaned, confirm="acme", by=people["priya"], now=NOW)
    assert not CatalogSource.objects.exists()


def test_another_may_describe_what_is_an_orphan_here(
    orphaned: CatalogSource, place: Place, read: Read, people: dict[str, User]
) -> None:
    other, _ = operations.create(
        name="other",
        kind="git",
        team=None,
        repository="https://git.example.com/acme/other.git",
        by=people["priya"],
        now=NOW,
    )
    place.put(**{INFO: component("cart")})
    read(other)
    cart = queries.entity("component:default/cart")
    assert (cart.source.name, cart.orphaned_at) == ("other", None)
    assert cart.component is not None
    catalog.change(component=cart.component, by=people["priya"], now=NOW, tier=2)


LEADS = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {target: ./behind.yaml}
"""


@pytest.mark.parametrize(
    "slip", ["a: [", LEADS.replace("{name: all}", "{name: a b}"), "spec: \xff"]
)
def test_a_location_that_can_not_be_read_makes_no_orphans_of_what_lies_behind_it(
    place: Place, source: CatalogSource, read: Read, slip: str
) -> None:
    behind = LEADS.replace("behind", "last").replace("name: all", "name: more")
    place.put(**{INFO: LEADS, "behind.yaml": behind, "last.yaml": component("checkout")})
    read(source)
    place.folder.joinpath("behind.yaml").write_bytes(slip.encode("latin-1"))
    place.put()
    for _ in range(2):  # it is known the next time, too
        read(source)
        gone = [one.ref for one in queries.orphans(source)]
        assert "component:default/checkout" not in gone
    place.put(**{"behind.yaml": component("cart")})
    read(source)
    assert "component:default/checkout" in [one.ref for one in queries.orphans(source)]


@pytest.mark.parametrize("bound", ["MOST_FILES", "MOST_PATTERNS", "MOST_TARGETS"])
def test_where_more_is_named_than_is_read_it_is_said_and_nothing_is_gone(
    place: Place, source: CatalogSource, read: Read, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    leads = LEADS.replace("target: ./behind.yaml", "targets: [a*.yaml, b*.yaml, c*.yaml]")
    place.put(**{INFO: leads} | {f"{name}1.yaml": component(name) for name in "abc"})
    read(source)
    with monkeypatch.context() as patch:
        patch.setattr(f"portal.entities.following.{bound}", 2)
        place.put(**{INFO: leads.replace("all", "every")})
        read(source)
        assert [one.ref for one in queries.orphans(source)] == []
        said = queries.findings(source).get(path="**").message
        assert "More is named than is read: " in said
    place.put(**{INFO: leads.replace("c*.yaml", "c1.yaml")})
    read(source)
    assert not queries.findings(source).exists()
