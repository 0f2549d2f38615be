"""A sender of telemetry with a token, and services of the cast's teams."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component


@pytest.fixture
def checkout(people: dict[str, User], airline_data: Team) -> Component:
    """A service of airline-data."""
    return catalog.register(
        name="checkout",
        kind=Component.Kind.SERVICE,
        team=airline_data,
        title="Checkout",
        by=people["mira"],
        now=timezone.now(),
    )


@pytest.fixture
def bearer(people: dict[str, User]) -> Callable[..., str]:
    """`bearer("mira")`: the Authorization of a token of hers that may send telemetry."""

    def of(name: str, *scopes: str) -> str:
        _, secret = accounts.issue_token(
            user=people[name],
            name="otel",
            scopes=scopes or ["telemetry"],
            expires_at=None,
            by=people[name],
            now=timezone.now(),
        )
        return f"Bearer {secret}"

    return of


@pytest.fixture
def post(bearer: Callable[..., str], client: Client) -> Callable:
    """`post("/v1/logs", body)` as mira, in protobuf unless said otherwise."""

    def send(path: str, body: bytes, kind: str = "application/x-protobuf", **headers: str):
        given = {"Authorization": bearer("mira")} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return client.post(path, body, content_type=kind, headers=given)

    return send
