"""What will go says so: the schema, and every answer: since when, until when, what instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import override_settings
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIClient
from rest_framework.viewsets import ViewSet

from portal import deprecation
from portal.api import Asking

GOING = deprecation.leaving(
    since=date(2026, 12, 1), goes=date(2027, 6, 1), instead="https://slipway.example/handbook/api/"
)


class Cranes(Asking, ViewSet):
    """A noun with one verb that goes and one that stays."""

    def list(self, request: object) -> Response:
        return Response([])

    @GOING
    @action(detail=False)
    def old(self, request: object) -> Response:
        return Response([])


class Bell(Asking):
    @GOING
    def get(self, request: object) -> Response:
        return Response([])


router = SimpleRouter()
router.register("cranes", Cranes, basename="crane")
urlpatterns = [
    path("api/v1/", include([*router.urls, path("bell/", Bell.as_view())])),
    path("", include("portal.urls")),
]


@pytest.fixture
def answers(program: Callable[..., APIClient]) -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        mira = program("mira")
        yield lambda address: mira.get(f"/api/v1/{address}").headers


@pytest.mark.parametrize("address", ["cranes/old/", "bell/"])
def test_an_answer_of_what_goes_says_when(answers: Any, address: str) -> None:
    headers = answers(address)
    assert headers["Deprecation"] == "@1796083200"
    assert headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert headers["Link"].startswith('<https://slipway.example/handbook/api/>; rel="deprecation"')


def test_what_stays_says_nothing(answers: Any) -> None:
    assert not {"Deprecation", "Sunset"} & answers("cranes/").keys()


def test_the_schema_says_it_too() -> None:
    paths = SchemaGenerator(urlconf=__name__).get_schema(public=True)["paths"]
    assert paths["/api/v1/bell/"]["get"]["deprecated"] is True
    assert paths["/api/v1/cranes/old/"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/api/v1/cranes/"]["get"]
