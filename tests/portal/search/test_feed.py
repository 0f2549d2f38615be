"""What is made can be found at once, and building the search anew finds the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.search.models import Findable
from tests.conftest import NOW
from tests.pipelines.conftest import zygote
from tests.whole_house import built

__all__ = ["zygote"]


@pytest.fixture
def house(
    people: dict[str, User], airline_data: Team, tmp_path: Path, settings: Settings, zygote: str
) -> None:
    settings.DIRECTORY_ROOTS = [tmp_path]
    settings.ARTIFACTS_DIR = tmp_path / "artifacts"
    built(people, airline_data, tmp_path, now=NOW)


def found() -> dict[tuple[str, str], dict[str, Any]]:
    rows = Findable.objects.exclude(kind__in=("page", "path")).values()
    return {(row["kind"], row["name"]): {**row, "id": None, "near": None} for row in rows}


def test_the_operations_tell_all_that_the_command_finds(house: None) -> None:
    by_operations = found()
    assert {kind for kind, _ in by_operations} == {
        *("component", "client", "destination", "connection", "environment", "team", "person")
    }
    assert "column:flights" in by_operations["component", "carrier-punctuality"]["labels"]
    Findable.objects.all().delete()
    call_command("search_rebuild", verbosity=0)
    assert found() == by_operations


def test_who_is_switched_off_is_not_found_until_back(people: dict[str, User]) -> None:
    for is_active in (False, True):
        accounts.set_active(user=people["jonas"], is_active=is_active, by=people["priya"], now=NOW)
        assert Findable.objects.filter(kind="person", name="jonas").exists() is is_active
