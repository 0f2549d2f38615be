"""Pages of the catalog from elsewhere, and the same over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.accounts.models import User
from portal.entities import operations
from portal.entities.models import CatalogSource
from portal.errors import NotAllowed, Refused
from tests.conftest import NOW
from tests.portal.entities.conftest import GROUP, Place, Read, component, together

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"


@pytest.fixture
def described(place: Place, source: CatalogSource, read: Read) -> CatalogSource:
    bad = component("cart").replace("  owner: airline-data\n", "")
    needs = component("checkout", more="  system: shop\n")
    place.put(**{INFO: together(GROUP, needs, bad)})
    return read(source)


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["mira"])
    return client


def page(reader: Client, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_narrowed_down_by_kind_and_state(
    described: CatalogSource, reader: Client
) -> None:
    whole = page(reader, "/catalog/entities/")
    assert all(name in whole for name in ("checkout", "cart", "group:default/airline-data"))
    assert "component:default/cart" not in page(reader, "/catalog/entities/?kind=group")
    broken = page(reader, "/catalog/entities/?state=broken")
    assert "component:default/cart" in broken
    assert "component:default/checkout" not in broken
    assert "component:default/cart" in page(reader, "/catalog/entities/?q=CAR")


def test_an_entity_shows_its_relations_source_findings_and_text(
    described: CatalogSource, reader: Client
) -> None:
    checkout = page(reader, "/catalog/entities/component:default/checkout/")
    assert "part of <b>system:default/shop</b>" in checkout
    assert "nothing describes it" in checkout
    assert "<code>catalog-info.yaml</code>, line 6" in checkout
    assert "owner: airline-data" in checkout
    cart = page(reader, "/catalog/entities/component:default/cart/")
    assert "spec.owner is missing. Write the group that answers for it." in cart
    assert "line 22, column 1" in cart
    assert reader.get("/catalog/entities/component:default/gone/").status_code == 404


def test_what_is_wrong_stands_in_one_list(described: CatalogSource, reader: Client) -> None:
    assert "spec.owner is missing" in page(reader, "/catalog/findings/?source=acme")


def test_a_file_is_looked_at_without_being_kept(reader: Client) -> None:
    file = SimpleUploadedFile(INFO, component("checkout", owner="a b").encode())
    answer = reader.post("/catalog/validate", {"file": file}).content.decode()
    assert "“a b” names no entity" in answer
    assert not CatalogSource.objects.exists()


def test_the_api_answers_with_relations_both_ways_and_the_whole_document(
    described: CatalogSource, reader: Client
) -> None:
    found: Any = reader.get("/api/v1/entities/Group:default/airline-data/").json()
    assert found["relations"] == [
        {"type": "ownerOf", "ref": "component:default/checkout", "is_known": True}
    ]
    assert found["team"] == "airline-data"
    assert found["document"]["spec"] == {"type": "team", "children": []}
    listed = reader.get("/api/v1/entities/?kind=Component&is_broken=true").json()["results"]
    assert [one["ref"] for one in listed] == ["component:default/cart"]
    wrong = reader.get("/api/v1/entity-findings/?source=acme").json()["results"]
    assert [(one["ref"], one["line"], one["field"]) for one in wrong] == [
        ("component:default/cart", 22, "spec.owner")
    ]


def test_the_api_looks_at_a_file_and_says_where_what_is_wrong(reader: Client) -> None:
    text = together(component("checkout"), component("checkout"))
    answer = reader.post(
        "/api/v1/catalog/validate/", text.encode(), content_type="application/yaml"
    ).json()
    assert answer["entities"] == ["component:default/checkout"]
    (finding,) = answer["findings"]
    assert (finding["line"], finding["ref"]) == (11, "component:default/checkout")
    nothing = reader.post("/api/v1/catalog/validate/", b"", content_type="text/yaml").json()
    assert "The file describes nothing" in nothing["findings"][0]["message"]
    assert reader.get("/api/v1/entities/a%00:b/c/").status_code == 400
    assert reader.get("/catalog/entities/?q=%00").status_code == 400


def test_a_file_that_is_sent_is_read_by_a_worker(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["ines"])
    made = client.post(
        "/api/v1/catalog-sources/",
        json.dumps({"name": "by-hand", "kind": "file", "team": "airline-data"}),
        content_type="application/json",
    ).json()
    assert (made["state"], made["secret"]) == ("idle", "")
    sent = client.post(
        "/api/v1/catalog-sources/by-hand/send/",
        component("checkout").encode(),
        content_type="application/yaml",
    ).json()
    assert sent["state"] == "queued"
    source = CatalogSource.objects.get(name="by-hand")
    operations.work(source_id=str(source.pk), clock=lambda: source.next_at)
    read = client.get("/api/v1/catalog-sources/by-hand/").json()
    assert (read["state"], read["message"]) == ("idle", "1 entity.")
    assert client.get("/api/v1/components/checkout/").json()["team"] == "airline-data"


def test_a_maintainer_makes_sources_for_their_team_and_names_no_other_hosts(
    people: dict[str, User],
) -> None:
    given: dict[str, Any] = {"name": "x", "kind": "file", "now": NOW}
    with pytest.raises(NotAllowed):
        operations.create(**given, team=None, by=people["ines"])
    team = people["ines"].memberships.get().team
    with pytest.raises(Refused, match="takes the platform role"):
        operations.create(**given, team=team, by=people["ines"], hosts=["raw.example.com"])
    source, _ = operations.create(**given, team=team, by=people["ines"])
    assert source.may_reach_inside is False
