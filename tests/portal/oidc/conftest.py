"""A running identity provider, this Slipway set up for it, and a browser that goes there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from launch.places import ROOT
from portal.oidc import groups
from portal.oidc import provider as offered
from tests.patience import wait_for
from tests.portal.oidc.identity_provider import CLIENT, SECRET
from tests.portal_places import free_port

MIRA = {
    "sub": "4711",
    "email": "mira@example.com",
    "email_verified": True,
    "name": "Mira Okafor",
    "preferred_username": "mira.okafor",
    "groups": [],
}


@dataclass
class Provider:
    """The address of a provider, and what it is told."""

    issuer: str

    def lets_in(self, *, claims: dict[str, Any] | None = None, **says: Any) -> None:
        """From now on whoever comes is this person; `says` is what it gets wrong."""
        says["claims"] = {**MIRA, **(claims or {})}
        httpx.post(f"{self.issuer}/control", json=says).raise_for_status()
        offered.forget()


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.portal.oidc.identity_provider", str(port)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{issuer}/keys").status_code == 200
        return False

    wait_for(answers, 20, "the provider did not start")
    yield Provider(issuer)
    process.terminate()
    process.wait()


@pytest.fixture
def provider(running_provider: Provider, settings: Settings) -> Provider:
    """Slipway knows it, and what two of its groups mean."""
    settings.OIDC_ISSUER = running_provider.issuer
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.OIDC_NAME, settings.OIDC_REACH = "Keyhouse", "any"
    settings.OIDC_GROUPS = groups.read(
        "flights=airline-data:developer; flight-leads=airline-data:maintainer; ops=platform; "
        "money=finance-data:viewer"
    )
    settings.OIDC_UNKNOWN = "grouped"
    settings.BASE_URL = "http://testserver"
    offered.forget()
    return running_provider


Go = Callable[..., HttpResponse]


@pytest.fixture
def go(provider: Provider, client: Client) -> Go:
    """The whole way: to the provider and back with its answer; `via` is the browser."""

    def there_and_back(via: Client | None = None, next: str = "/") -> HttpResponse:
        browser = via or client
        sent = browser.get("/sign-in/oidc", {"next": next})
        assert sent.status_code == 302, sent.content.decode()
        back = httpx.get(sent.url).headers["Location"]
        return browser.get(f"{urlsplit(back).path}?{urlsplit(back).query}")

    return there_and_back
