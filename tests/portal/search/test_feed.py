"""What is made can be found at once, and building the search anew finds the same."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command

from portal.accounts import change_operations as changing
from portal.accounts.models import User
from portal.search.models import Findable
from tests.conftest import NOW
from tests.whole_house import Whole


def found() -> dict[tuple[str, str], dict[str, Any]]:
    rows = Findable.objects.exclude(kind__in=("page", "path")).values()
    return {(row["kind"], row["name"]): {**row, "id": None, "near": None} for row in rows}


def test_the_operations_tell_all_that_the_command_finds(whole: Whole) -> None:
    by_operations = found()
    assert {kind for kind, _ in by_operations} == {
        *("component", "client", "destination", "connection", "environment", "team", "person"),
        "entity",
    }
    assert "column:flights" in by_operations["component", "carrier-punctuality"]["labels"]
    Findable.objects.all().delete()
    call_command("search_rebuild", verbosity=0)
    assert found() == by_operations


def test_who_is_switched_off_is_not_found_until_back(people: dict[str, User]) -> None:
    for is_active in (False, True):
        changing.set_active(user=people["jonas"], is_active=is_active, by=people["priya"], now=NOW)
        assert Findable.objects.filter(kind="person", name="jonas").exists() is is_active
