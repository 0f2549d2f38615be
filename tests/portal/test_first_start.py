"""First starts: the demonstration comes by itself only where nobody is known."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from portal.accounts import operations
from portal.accounts.models import User

NOBODY_THERE = "http://127.0.0.1:9"


@pytest.mark.django_db
def test_people_who_are_known_keep_it_away(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    operations.create_user(
        username="maria", full_name="Maria Lopez", email="", password=None, by=None,
        is_platform=True, now=timezone.now(),
    )  # fmt: skip
    said = StringIO()
    call_command("demo", "--at-first-start", "--against", NOBODY_THERE, stdout=said)
    assert "make demo" in said.getvalue()
    assert [user.username for user in User.objects.all()] == ["maria"]
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_who_has_no_password_is_not_said_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIPWAY_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO())
    said = StringIO()
    call_command("create_platform_admin", "robot", stderr=said)
    assert "nobody can sign in as robot" in said.getvalue()
