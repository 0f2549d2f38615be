"""Sources of events of airline-data, what they send, and a door to send it to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deployments.environments import operations as environments
from observability.events import operations
from observability.events.kinds.github import signature
from observability.events.models import EventSource
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.conftest import NOW

Send = Callable[..., Any]


@pytest.fixture
def places(people: dict[str, User]) -> None:
    """Staging and production."""
    for order, name in enumerate(("staging", "production"), 10):
        environments.create(
            name=name,
            title=name.title(),
            order=order,
            approvals=0,
            is_production=name == "production",
            by=people["priya"],
            now=NOW,
        )


@pytest.fixture
def checkout(people: dict[str, User], airline_data: Team, places: None) -> Component:
    """A service of airline-data."""
    return catalog.register(
        name="checkout", kind="service", team=airline_data, by=people["mira"], now=NOW
    )


@pytest.fixture
def made(people: dict[str, User], airline_data: Team) -> Callable[..., tuple[EventSource, str]]:
    """`made("github")`: a source of airline-data, with its secret."""

    def make(kind: str, name: str = "", team: Team | None = airline_data, by: str = "ines"):
        return operations.create(
            name=name or f"our-{kind.replace('_', '-')}",
            kind=kind,
            team=team,
            by=people[by],
            now=timezone.now(),
        )

    return make


@pytest.fixture
def github(made: Callable, client: Client) -> Send:
    """`github("deployment", body)`: as GitHub sends it, signed."""
    source, secret = made("github")
    numbers = iter(range(1, 10_000))

    def send(event: str, body: dict[str, Any], *, delivery: str = "", key: str = secret) -> Any:
        data = json.dumps(body).encode()
        return client.post(
            f"/events/{source.name}",
            data,
            content_type="application/json",
            headers={
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": delivery or f"delivery-{next(numbers)}",
                "X-Hub-Signature-256": signature(key, data),
            },
        )

    return send


def ago(minutes: float) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).isoformat()


def status(
    state: str,
    at: str | datetime,
    *,
    number: int = 7,
    sha: str = "a" * 40,
    repository: str = "acme/checkout",
    environment: str = "production",
    created: str = "",
    **deployment: Any,
) -> dict[str, Any]:
    """The body of a deployment_status."""
    at = at if isinstance(at, str) else at.isoformat()
    return {
        "deployment_status": {"state": state, "created_at": at},
        "deployment": {
            "id": number,
            "sha": sha,
            "ref": "main",
            "environment": environment,
            "created_at": created or at,
            "creator": {"login": "mira-okafor"},
            **deployment,
        },
        "repository": {"full_name": repository},
    }


def push(*commits: tuple[str, str], repository: str = "acme/checkout") -> dict[str, Any]:
    """The body of a push of (sha, time)."""
    return {
        "commits": [{"id": sha, "message": f"Do {sha}", "timestamp": at} for sha, at in commits],
        "repository": {"full_name": repository},
    }
