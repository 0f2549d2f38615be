"""A sender of telemetry with a token, and services of the cast's teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone

from observability.series.stores import registry
from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """A process remembers series of metrics; what a test writes is taken back."""
    registry._made.cache_clear()
    yield
    registry._made.cache_clear()


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


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    """Where a portal answers over real HTTP."""
    thread = LiveServerThread("127.0.0.1", lambda handler: handler, connections_override={})
    thread.static_handler = lambda _: WSGIHandler()
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
