"""Several people bind destinations to one folder at the same moment: one of them gets it."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.connections import operations
from pipelines.connections.models import Binding, Destination
from portal.errors import Refused
from tests.pipelines.at_once import MANY, at_once
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_gets_the_folder_and_the_others_are_told(house: House, now: datetime) -> None:
    drops = [
        Destination.objects.create(
            name=f"drop-{number}",
            kind="directory",
            client=house.client,
            team=house.team,
            created_at=now,
        )
        for number in range(MANY)
    ]

    def bind(number: int) -> str:
        try:
            operations.bind(
                thing=drops[number],
                environment=house.environment,
                address=str(house.folder / "shared" / ("inner" if number % 2 else "")),
                by=house.owner,
                now=now,
            )
        except Refused as refused:
            return refused.message
        return ""

    said = at_once(bind)

    assert said.count("") >= 1
    assert all("overlaps with" in message for message in said if message)
    bound = Binding.objects.filter(destination__in=drops)
    assert len({binding.address for binding in bound}) == bound.count() == said.count("") == 1


def test_the_same_binding_at_once_is_one_row(house: House, now: datetime) -> None:
    def bind(number: int) -> Binding:
        return operations.bind(
            thing=house.connection,
            environment=house.environment,
            address=str(house.folder / "sources"),
            region=str(number),
            by=house.owner,
            now=now,
        )

    assert len({binding.pk for binding in at_once(bind)}) == 1
