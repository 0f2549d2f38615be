"""What is ahead of a client, over the API."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from rest_framework.test import APIClient

from tests.pipelines.factories import House, file

AHEAD = "/api/v1/clients/acme-travel/ahead/"


def test_a_version_without_its_component_is_refused_at_the_field(
    house: House, program: Callable[..., APIClient]
) -> None:
    now = timezone.now()
    house.live(file(), now=now)
    house.release_of(
        house.register(file(sql="SELECT 'C2' AS carrier, 2::BIGINT AS flights"), now=now)
    )
    mira = program("mira")
    refused = mira.get(AHEAD, {"release": "2"})
    assert (refused.status_code, refused.json()["field"]) == (422, "component")
    assert "Say of which component version 2 is" in refused.json()["detail"]
    for asked in ({}, {"component": "carrier-punctuality", "release": "2"}):
        answer = mira.get(AHEAD, asked)
        assert [one["release"] for one in answer.json()["ahead"]] == [2]
