"""Another version of what lives in staging, asked for while things break."""

from __future__ import annotations

import itertools
from typing import Any

from tests import api_house
from tests.api_house import House
from tests.bench import work

numbers = itertools.count(1)
SWITCHES = "SELECT count(*) FROM portal_entry WHERE verb = 'deployment.switch' AND thing_id = %s"


def registered(house: House) -> dict[str, Any]:
    """A new version of the transformation, and its release."""
    file = work.transformation(
        name="tiny",
        team="bench",
        sql=f"{work.TINY_SQL} HAVING max(delay) > -{next(numbers)}",
        path="tiny.parquet",
        limits={},
    )
    house.post("/transformations/", **file)
    return house.get("/releases/", component="tiny")["results"][0]


def deploy(house: House, release: dict[str, Any]) -> dict[str, Any]:
    return house.post(
        "/deployments/", component="tiny", release=release["id"], environment="staging"
    )


def ask_back(house: House) -> dict[str, Any]:
    """Ask for what was before, whether it ran or not; it is done later."""
    return api_house.ask_back(house, "tiny")
