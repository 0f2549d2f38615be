"""Writing every secret anew with another key, so that the old key can go."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from pipelines.connections import operations
from pipelines.connections.models import Binding
from portal import secrets
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed
from tests.pipelines.factories import House


@pytest.fixture
def binding(house: House, now: datetime, settings: Settings) -> Binding:
    settings.ENCRYPTION_KEYS = ["old"]
    return operations.bind(
        thing=house.connection,
        environment=house.environment,
        address=str(house.folder / "sources"),
        secret="swordfish",
        by=house.owner,
        now=now,
    )


def read(binding: Binding) -> str:
    binding.refresh_from_db()
    return secrets.decrypt(binding.secret or b"")


def test_the_old_key_can_go_afterwards(
    binding: Binding, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCRYPTION_KEYS = ["new", "old"]
    call_command("rotate_secrets")

    settings.ENCRYPTION_KEYS = ["new"]
    assert read(binding) == "swordfish"
    assert "anew with the first key: 1." in capsys.readouterr().out
    entry = Entry.objects.get(verb="secrets.rotate")
    assert (entry.actor_name, entry.after) == ("Slipway", {"count": 1})


def test_nothing_changes_where_a_key_is_missing(binding: Binding, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_secrets")

    settings.ENCRYPTION_KEYS = ["old"]
    assert read(binding) == "swordfish"
    assert not Entry.objects.filter(verb="secrets.rotate").exists()


def test_who_has_no_platform_role_may_not(
    house: House, people: dict[str, User], now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="You may not write secrets anew"):
        operations.rotate_secrets(by=people["mira"], now=now)
