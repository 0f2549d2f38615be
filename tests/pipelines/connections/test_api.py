"""Connections, clients, destinations, bindings and grants over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from pipelines.connections.models import Binding
from portal.accounts.models import Grant
from tests.pipelines.factories import House

SECRET = "correct horse battery"
Program = Callable[..., APIClient]


@pytest.fixture
def ines(house: House, program: Program) -> APIClient:
    return program("ines")


def post(client: APIClient, noun: str, /, **body: Any) -> Any:
    return client.post(f"/api/v1/{noun}/", body, format="json")


def test_a_program_makes_everything_that_a_transformation_needs(
    house: House, ines: APIClient
) -> None:
    (house.folder / "more").mkdir()
    team = {"team": "airline-data"}
    made = [
        post(ines, "connections", name="more-files", kind="directory", **team),
        post(ines, "clients", name="globex", title="Globex", **team),
        post(ines, "destinations", name="globex-in", kind="directory", client="globex", **team),
        post(ines, "bindings", connection="more-files", environment="staging",
             address=str(house.folder / "more")),
        post(ines, "bindings", destination="globex-in", environment="staging",
             address=str(house.folder / "globex")),
        post(ines, "grants", kind="connection", name="more-files", use="rows", **team),
    ]  # fmt: skip
    assert [answer.status_code for answer in made] == [201] * 6, [each.data for each in made]
    detail = ines.get("/api/v1/destinations/globex-in/").data
    assert detail["client"] == "globex"
    assert [each["environment"] for each in detail["bindings"]] == ["staging"]
    assert ines.get("/api/v1/clients/globex/").data["destinations"] == ["globex-in"]
    assert ines.get("/api/v1/connections/more-files/").data["team"] == "airline-data"


def test_a_secret_never_comes_out(house: House, ines: APIClient) -> None:
    answer = post(
        ines, "bindings", connection="nyc-files", environment="staging",
        address=str(house.folder / "sources"), secret=SECRET,
    )  # fmt: skip
    assert answer.data["has_secret"] is True
    for path in ("bindings/", f"bindings/{answer.data['id']}/", "connections/nyc-files/",
                 "connections/", "audit/"):  # fmt: skip
        shown = ines.get(f"/api/v1/{path}")
        assert "horse" not in shown.content.decode()
        assert "gAAAA" not in shown.content.decode()  # how an encrypted one begins


@pytest.mark.parametrize(
    ("noun", "body", "field"),
    [
        ("connections", {"name": "x", "kind": "ftp", "team": "airline-data"}, "kind"),
        ("connections", {"name": "x", "kind": "directory", "team": "nobody"}, "team"),
        ("connections", {"name": "No Slug", "kind": "directory", "team": "airline-data"}, "name"),
        ("destinations", {"name": "x", "kind": "directory", "team": "airline-data"}, "client"),
        ("bindings", {"environment": "staging", "address": "/x"}, "connection"),
        ("bindings", {"connection": "nyc-files", "environment": "moon", "address": "/x"},
         "environment"),
        ("bindings", {"connection": "nyc-files", "environment": "staging", "address": "x"},
         "address"),
        ("grants", {"team": "airline-data", "kind": "table", "name": "x"}, "kind"),
        ("grants", {"team": "airline-data", "kind": "client", "name": "acme-travel",
                    "use": "rows"}, "use"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_field(
    ines: APIClient, noun: str, body: dict[str, Any], field: str
) -> None:
    answer = post(ines, noun, **body)
    assert (answer.status_code, answer.data["field"]) == (422, field), answer.data


def test_a_grant_on_what_does_not_exist_is_not_found(ines: APIClient) -> None:
    answer = post(ines, "grants", team="airline-data", kind="client", name="nobody")
    assert (answer.status_code, answer.data["detail"]) == (
        404,
        "There is no client called “nobody”.",
    )


def test_lists_are_narrowed_down(house: House, ines: APIClient) -> None:
    everything = ines.get("/api/v1/grants/").data["results"]
    clients = ines.get("/api/v1/grants/", {"kind": "client"}).data["results"]
    assert (len(everything), [each["name"] for each in clients]) == (3, ["acme-travel"])
    bound = ines.get("/api/v1/bindings/", {"connection": "nyc-files"}).data["results"]
    assert [each["connection"] for each in bound] == ["nyc-files"]


def test_places_and_grants_are_taken_away(house: House, ines: APIClient) -> None:
    binding = Binding.objects.get(connection=house.connection)
    grant = Grant.objects.get(kind="client")
    assert ines.delete(f"/api/v1/bindings/{binding.pk}/").status_code == 204
    assert ines.delete(f"/api/v1/grants/{grant.pk}/").status_code == 204
    assert ines.delete(f"/api/v1/grants/{grant.pk}/").status_code == 404
    assert not Binding.objects.filter(pk=binding.pk).exists()


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_others_look_but_do_not_touch(house: House, program: Program, name: str) -> None:
    client = program(name)
    binding = Binding.objects.get(connection=house.connection)
    assert client.get("/api/v1/connections/nyc-files/").status_code == 200
    assert client.delete(f"/api/v1/bindings/{binding.pk}/").status_code == 403
    answer = post(client, "clients", name="mine", title="Mine", team="airline-data")
    assert answer.status_code == 403


def test_a_token_without_the_scope_may_not_either(house: House, program: Program) -> None:
    client = program("ines", "read", "write", "deploy")
    answer = post(client, "clients", name="mine", title="Mine", team="airline-data")
    assert (answer.status_code, "manage" in answer.data["detail"]) == (403, True)
