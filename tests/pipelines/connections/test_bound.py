"""The matrix of places: gaps and what is the same as in production are marked, and one is tried."""

from __future__ import annotations

import pytest
from django.test import Client

from pipelines.connections import bound
from pipelines.connections.models import Binding
from portal.accounts.models import User
from portal.errors import NotAllowed
from tests.whole_house import Whole


def cells(kind: str, name: str, **given: str) -> dict[str, bound.Cell]:
    lines = bound.matrix(kind=kind, **given).lines
    line = next(line for line in lines if line.thing.name == name)
    return {cell.environment.name: cell for cell in line.cells}


def bind(whole: Whole, environment: str, address: str) -> Binding:
    like = Binding.objects.get(connection=whole.house.connection, environment__name="staging")
    binding, _ = Binding.objects.update_or_create(
        connection=whole.house.connection,
        environment=whole.approval.environment if environment == "production" else like.environment,
        defaults={
            "address": address,
            "created_by": like.created_by,
            "updated_at": like.updated_at,
        },
    )
    return binding


def test_a_gap_is_a_name_without_a_place(whole: Whole) -> None:
    Binding.objects.filter(connection__name="nyc-files", environment__name="production").delete()
    found = cells("connection", "nyc-files")
    assert found["staging"].binding is not None
    assert found["production"].binding is None
    named = {line.thing.name for line in bound.matrix(kind="connection", problem="gap").lines}
    assert "nyc-files" in named


def test_the_same_place_as_production_is_marked(whole: Whole) -> None:
    bind(whole, "production", "/data/real")
    bind(whole, "staging", "/data/real")
    found = cells("connection", "nyc-files", problem="same")
    assert found["staging"].is_same_as_production
    assert not found["production"].is_same_as_production
    bind(whole, "staging", "/data/try")
    named = {line.thing.name for line in bound.matrix(kind="connection", problem="same").lines}
    assert "nyc-files" not in named


def test_a_secret_is_masked_and_a_try_is_shown_with_its_time(
    whole: Whole, people: dict[str, User]
) -> None:
    client = Client()
    client.force_login(people["mira"])
    binding = bind(whole, "staging", "/data/try")
    client.post(f"/bindings/{binding.pk}/test")
    binding.refresh_from_db()
    assert binding.trial == {"state": "asked", "by": "Mira Okafor"}
    page = client.get("/bindings/").content.decode()
    assert "Being tried" in page
    Binding.objects.filter(pk=binding.pk).update(
        trial={"state": "bad", "summary": "There is no such folder.", "warnings": []},
        secret=b"never shown",
        secret_set_at=binding.updated_at,
    )
    page = client.get("/bindings/?problem=bad").content.decode()
    assert "There is no such folder." in page
    assert "never shown" not in page
    assert "secret ••••••" in page


def test_who_may_not_try_it_has_no_button(whole: Whole, people: dict[str, User]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["jonas"])
    binding = bind(whole, "staging", "/data/try")
    assert f"/bindings/{binding.pk}/test" not in client.get("/bindings/").content.decode()
    assert client.post(f"/bindings/{binding.pk}/test").status_code == NotAllowed.status


@pytest.mark.parametrize("problem", bound.PROBLEMS)
def test_each_problem_can_be_asked_for(whole: Whole, problem: str) -> None:
    bound.matrix(kind="destination", problem=problem, team="airline-data")
