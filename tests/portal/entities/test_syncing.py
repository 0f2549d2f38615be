"""Reading a source: what is kept of its files, what is written, and what one bad entity costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import failpoints
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.catalog.models import Component, Dependency
from portal.entities import operations, queries
from portal.entities.models import CatalogFile, CatalogSource, Entity, EntityFinding
from portal.notifications.models import Event
from portal.search import queries as search
from tests.conftest import NOW
from tests.portal.entities.conftest import GROUP, Place, Read, component, together

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"


def refs() -> set[str]:
    return set(Entity.objects.filter(orphaned_at=None).values_list("ref", flat=True))


def test_what_files_describe_becomes_components_of_the_teams_that_they_name(
    place: Place, source: CatalogSource, read: Read
) -> None:
    api = component("pay", more="  definition: x\n").replace("kind: Component", "kind: API")
    commit = place.put(**{INFO: together(GROUP, component("checkout"), api)})
    done = read(source)
    assert (done.state, done.message) == ("idle", "3 entities.")
    assert (done.commit, done.files_done, done.entities_read) == (commit, 1, 3)
    checkout = Component.objects.select_related("team").get(name="checkout")
    assert (checkout.kind, checkout.team.name) == ("service", "airline-data")
    assert (checkout.description, checkout.lifecycle) == ("What checkout is for.", "production")
    assert Component.objects.get(name="pay").kind == "api"
    entity = queries.entity("Component:default/Checkout")
    assert (entity.path, entity.line, entity.commit) == (INFO, 6, commit)
    assert "checkout" in search.names("component", "checkout").values_list("name", flat=True)
    assert "group:default/airline-data" in search.names("entity", "airline").values_list(
        "name", flat=True
    )
    assert Entry.objects.filter(verb="component.register", component="checkout").exists()


def test_one_bad_entity_never_stops_the_rest_and_is_named(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    bad = component("cart").replace("  owner: airline-data\n", "")
    place.put(**{INFO: together(component("checkout"), bad, "a: [\n", component("pay"))})
    assert read(source).message == "3 entities, 2 findings."
    assert set(Component.objects.values_list("name", flat=True)) == {"checkout", "pay"}
    first, second = EntityFinding.objects.order_by("line")
    assert (first.ref, first.path, first.line) == ("component:default/cart", INFO, 16)
    assert "Write the group that answers for it" in first.message
    assert (second.ref, second.line) == ("", 21)
    assert Entity.objects.get(ref="component:default/cart").is_broken
    (event,) = Event.objects.filter(kind="catalog.findings")
    assert (event.subject, event.person) == ("2 new findings in acme", people["priya"])


def test_findings_are_told_once_and_go_when_they_are_mended(
    place: Place, source: CatalogSource, read: Read
) -> None:
    bad = component("cart").replace("  owner: airline-data\n", "")
    place.put(**{INFO: bad})
    read(source)
    place.put(**{"README.md": "x"})
    read(source)
    assert Event.objects.filter(kind="catalog.findings").count() == 1
    place.put(**{INFO: component("cart")})
    assert read(source).message == "1 entity."
    assert not EntityFinding.objects.exists()
    assert Component.objects.filter(name="cart").exists()


def written(captured: CaptureQueriesContext) -> list[str]:
    """Statements that write, but those on the source's own row and of transactions."""
    verbs = ("INSERT", "UPDATE", "DELETE")
    own = 'UPDATE "portal_catalogsource"'
    return [
        query["sql"][:80]
        for query in captured
        if query["sql"].startswith(verbs) and not query["sql"].startswith(own)
    ]


def versions() -> dict[str, list[Any]]:
    """Which transaction wrote each row of what a source describes."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("entity", "entityrelation", "entityfinding", "catalogfile", "component"):
            cursor.execute(f"SELECT id, xmin::text, ctid::text FROM portal_{table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def test_a_second_look_at_what_did_not_change_writes_nothing(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    bad = component("cart").replace("  owner: airline-data\n", "")
    place.put(
        **{
            INFO: together(
                GROUP, component("checkout", more="  dependsOn: [component:cart]\n"), bad
            )
        }
    )
    read(source)
    before, at = versions(), NOW + timedelta(days=3)
    operations.ask(source=source, by=people["priya"], now=at)
    with CaptureQueriesContext(connection) as captured:
        operations.work(source_id=str(source.pk), clock=lambda: at, opening=place.opened)
    assert written(captured) == []
    assert versions() == before


def test_of_many_files_only_those_that_changed_are_read_again(
    place: Place, source: CatalogSource, read: Read
) -> None:
    CatalogSource.objects.update(path="**/catalog-info.yaml")
    place.put(**{f"s{n}/{INFO}": component(f"s{n}") for n in range(3)})
    read(source)
    same = set(CatalogFile.objects.values_list("digest", flat=True))
    place.put(**{f"s1/{INFO}": component("s1", more="  system: shop\n")})
    done = read(source)
    assert (done.files_done, done.entities_read) == (3, 3)
    assert Entity.objects.get(ref="component:default/s1").system == "system:default/shop"
    assert len(same & set(CatalogFile.objects.values_list("digest", flat=True))) == 2


def test_locations_are_followed_within_the_repository_and_no_further(
    place: Place, source: CatalogSource, read: Read
) -> None:
    location = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec:
  targets:
    - ./services/*/catalog-info.yaml
    - https://git.example.com/acme/catalog/blob/main/libs/one.yaml
    - ../../etc/passwd
    - ./gone.yaml
    - https://elsewhere.example/a.yaml
"""
    place.put(
        **{
            INFO: location,
            f"services/a/{INFO}": component("a"),
            f"services/b/{INFO}": together(component("b"), location.replace("all", "again")),
            "libs/one.yaml": component("one", kind="library"),
        }
    )
    read(source)
    assert {"component:default/a", "component:default/b", "component:default/one"} <= refs()
    assert Component.objects.get(name="one").kind == "library"
    said = {finding.message for finding in EntityFinding.objects.filter(path=INFO)}
    assert "“../../etc/passwd” leads out of the repository. Name a file inside of it." in said
    assert "“./gone.yaml” is not there. Mend the path, or say presence: optional." in said
    far = EntityFinding.objects.get(path="https://elsewhere.example/a.yaml")
    assert "is not of a host that this source may read from" in far.message


def test_killed_in_the_middle_the_next_attempt_goes_on(
    place: Place, source: CatalogSource, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.entities.operations.syncing.BATCH_FILES", 1)
    CatalogSource.objects.update(path="**/catalog-info.yaml")
    place.put(**{f"s{n}/{INFO}": component(f"s{n}") for n in range(4)})
    failpoints.arm("entities.kept=error:2")
    at = NOW + timedelta(hours=1)
    with pytest.raises(failpoints.Failed):
        operations.work(source_id=str(source.pk), clock=lambda: at, opening=place.opened)
    failpoints.arm("")
    half = CatalogSource.objects.get(pk=source.pk)
    assert (half.state, half.files_done, half.files_found) == ("running", 2, 4)
    assert len(refs()) == 2
    nothing = operations.work(source_id=str(source.pk), clock=lambda: at, opening=place.opened)
    assert nothing is None  # one at a time
    kept = dict(Entity.objects.values_list("ref", "changed_at"))
    later = at + timedelta(minutes=6)
    done = operations.work(source_id=str(source.pk), clock=lambda: later, opening=place.opened)
    assert done is not None
    assert (done.state, done.message, done.attempt) == ("idle", "4 entities.", 2)
    now = dict(Entity.objects.values_list("ref", "changed_at"))
    assert {ref: now[ref] for ref in kept} == kept
    assert Component.objects.count() == 4


def test_a_late_worker_writes_nothing(place: Place, source: CatalogSource) -> None:
    place.put(**{INFO: component("checkout")})
    at = NOW + timedelta(hours=1)

    def clock() -> Any:
        CatalogSource.objects.update(attempt=99)  # another took it over meanwhile
        return at

    operations.work(source_id=str(source.pk), clock=clock, opening=place.opened)
    assert CatalogSource.objects.get(pk=source.pk).message == "Looking at it."
    assert not Entity.objects.exists()


def test_what_files_say_of_each_other_are_dependencies_of_components(
    place: Place, source: CatalogSource, read: Read
) -> None:
    api = component("pay", more="  definition: x\n").replace("kind: Component", "kind: API")
    checkout = component("checkout", more="  dependsOn: [component:cart]\n  providesApis: [pay]\n")
    place.put(**{INFO: together(checkout, component("cart"), api)})
    read(source)
    rows = Dependency.objects.values_list("component__name", "direction", "name", "source")
    assert set(rows) == {
        ("checkout", "reads", "cart", "file"),
        ("checkout", "feeds", "pay", "file"),
    }
    cart = queries.entity("component:default/cart")
    assert [(one.words, one.shown) for one in queries.relations(cart)] == [
        ("owned by", "group:default/airline-data"),
        ("needed by", "checkout"),
    ]


def test_two_that_are_called_alike_are_one_and_the_other_is_told(
    place: Place, source: CatalogSource, read: Read
) -> None:
    CatalogSource.objects.update(path="*.yaml")
    place.put(**{"a.yaml": component("checkout"), "b.yaml": component("checkout")})
    read(source)
    (finding,) = EntityFinding.objects.all()
    assert finding.path == "b.yaml"
    assert "component:default/checkout stands in a.yaml already" in finding.message
    place.put(**{"a.yaml": component("cart")})
    read(source)
    assert Entity.objects.get(ref="component:default/checkout").path == "b.yaml"
    assert not EntityFinding.objects.exists()


def test_no_question_about_entities_drags_a_sources_file_along(
    place: Place, source: CatalogSource, read: Read
) -> None:
    place.put(**{INFO: together(component("checkout"), "a: [")})
    with CaptureQueriesContext(connection) as captured:
        read(source)
        queries.entity("component:default/checkout")
        list(queries.entities())
        list(queries.findings())
        list(queries.sources())
        queries.orphans(source)
    heavy = [
        query["sql"][:60]
        for query in captured
        if '"portal_catalogsource"."content"' in query["sql"]
        and ' FROM "portal_catalogsource"' not in query["sql"]
    ]
    assert heavy == []
