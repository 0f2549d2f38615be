"""A Slipway that answers in earnest, in the world of its deployments or in the small house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from portal.accounts import operations as accounts
from portal.accounts.models import Scope, Token, User
from slipway_cli import kept
from tests.deployments.conftest import crates, kept_world, world
from tests.pipelines.conftest import house
from tests.slipway_cli.served import Front, served

__all__ = ["crates", "house", "kept_world", "world"]  # the fixtures, for this folder

SignedIn = Callable[..., Token]


@pytest.fixture
def slipway(
    people: dict[str, User],
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Front]:
    """Where commands ask, with nothing kept on this machine yet."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    with served() as front:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.delenv(kept.KEY, raising=False)
        monkeypatch.setenv(kept.URL, front.address)
        yield front


@pytest.fixture
def signed_in(slipway: Front, people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> SignedIn:
    """`signed_in("mira", "read")`: a token of hers is in the environment from then on."""

    def as_(name: str, *scopes: str) -> Token:
        token, secret = accounts.issue_token(
            user=people[name],
            name="test",
            scopes=scopes or Scope.values,
            expires_at=None,
            by=people[name],
            now=timezone.now(),
        )
        monkeypatch.setenv(kept.TOKEN, secret)
        return token

    return as_
