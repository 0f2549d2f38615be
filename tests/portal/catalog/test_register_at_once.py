"""Of several who register one name at the same moment, one does, and the others are told who."""

from __future__ import annotations

import pytest

from portal.accounts.models import Team, User
from portal.catalog import operations
from portal.catalog.models import Component
from portal.errors import Refused
from tests.conftest import NOW
from tests.pipelines.at_once import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_has_it_and_the_others_are_refused(people: dict[str, User], airline_data: Team) -> None:
    def register(_: int) -> str:
        try:
            operations.register(
                name="gates", team=airline_data, kind="api", by=people["mira"], now=NOW
            )
        except Refused as refused:
            return refused.message
        return ""

    said = at_once(register)
    assert said.count("") == 1
    assert said.count(
        "gates is already registered by airline-data. Names are unique: choose another."
    ) == (MANY - 1)
    assert Component.objects.count() == 1
