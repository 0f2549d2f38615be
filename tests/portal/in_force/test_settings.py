"""The page of settings misses none, and shows no secret."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from launch.places import ROOT
from portal import env
from portal.accounts.models import User
from portal.in_force import documented, queries
from portal.masks import MASK
from tests.source import FLOORS

NAMED = re.compile(r"\bSLIPWAY_[A-Z][A-Z_]*[A-Z]\b")
# Not for whoever runs Slipway: what its parts tell each other, and tests
INTERNAL = {
    *("SLIPWAY_PROCESS", "SLIPWAY_FAILPOINTS", "SLIPWAY_TOKEN", "SLIPWAY_STATUS"),
    *("SLIPWAY_CHROMIUM", "SLIPWAY_CROWD", "SLIPWAY_FSYNC", "SLIPWAY_EVENTS_SECRET"),
}


def in_code() -> set[str]:
    """Every SLIPWAY_… variable that the house or its launcher reads."""
    files = [path for folder in (*FLOORS, "launch") for path in (ROOT / folder).rglob("*.py")]
    found = {name for path in files for name in NAMED.findall(path.read_text())}
    return {name.removesuffix("_FILE") for name in found} - INTERNAL


def test_every_variable_that_is_read_is_listed() -> None:
    listed = {one.name for one in queries.in_force()}
    assert sorted(in_code() - listed) == []


def test_secrets_are_masked_and_addresses_lose_their_passwords() -> None:
    assert queries.shown("SLIPWAY_SECRET_KEY", "abc") == MASK
    assert queries.shown("SLIPWAY_ENCRYPTION_KEYS", "a,b") == MASK
    assert queries.shown("SLIPWAY_PROMETHEUS_TOKEN", "abc") == MASK
    assert queries.shown("SENTRY_DSN", "https://abc@sentry") == MASK
    address = queries.shown("DATABASE_URL", "postgresql://slipway:hunter2@db/slipway")
    assert address == f"postgresql://slipway:{MASK}@db/slipway"
    assert queries.shown("SLIPWAY_SECRET_KEY", "") == ""
    assert queries.shown("SLIPWAY_OIDC_CLIENT_SECRET", "abc") == MASK
    assert queries.shown("SLIPWAY_ADMIN_PASSWORD", "abc") == MASK


def test_a_setting_that_only_speaks_of_passwords_is_shown() -> None:
    assert queries.shown("SLIPWAY_PASSWORDS_FOR", "everyone") == "everyone"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLIPWAY_RUN_SLOT", "SLIPWAY_RUN_SLOTS"),
        ("SLIPWAY_ENCRYPTION_KEY", "SLIPWAY_ENCRYPTION_KEYS"),
        ("SLIPWAY_SECRET_KEYS_FILE", "SLIPWAY_SECRET_KEY"),
        ("SLIPWAY_HOST", "SLIPWAY_HOSTS"),
    ],
)
def test_a_name_that_is_misspelt_is_told_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert queries.misspelt([name]) == [(name, meant)]


def test_names_that_are_read_or_somebody_else_s_are_not_misspelt() -> None:
    ours = in_code() | INTERNAL | {f"{name}_FILE" for name in in_code()}
    assert queries.misspelt([*ours, "SLIPWAY_URL", "SLIPWAY_IDEMPOTENCY_KEY", "PATH"]) == []


def test_a_start_says_so_and_goes_on(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPWAY_RUN_SLOT", "4")
    call_command("prepare", verbosity=0)
    assert capsys.readouterr().err == (
        "SLIPWAY_RUN_SLOT is no setting, and is passed over. Was SLIPWAY_RUN_SLOTS meant?\n"
    )


def test_where_a_value_comes_from_is_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(env, "READ", {})
    monkeypatch.setenv("SLIPWAY_LEASE", "7")
    (tmp_path / "token").write_text("abc\n")
    monkeypatch.setenv("SLIPWAY_PROMETHEUS_TOKEN_FILE", str(tmp_path / "token"))
    env.integer("SLIPWAY_LEASE", 30)
    env.text("SLIPWAY_PROMETHEUS_TOKEN")
    env.flag("SLIPWAY_HTTPS")
    found = {one.name: one for one in queries.in_force()}
    lease, token, https = (
        found[name] for name in ("SLIPWAY_LEASE", "SLIPWAY_PROMETHEUS_TOKEN", "SLIPWAY_HTTPS")
    )
    assert (lease.value, lease.default, lease.source) == ("7", "30", "environment")
    assert lease.is_changed
    assert (token.value, token.source, token.is_changed) == (MASK, "file", True)
    assert (https.value, https.source, https.is_changed) == ("false", "default", False)


def test_the_handbooks_table_is_read_row_by_row() -> None:
    text = "| setting | what |\n|---|---|\n| `A_B`, `C_D` | both |\n| not one | x |\n"
    assert documented.settings(text) == {"A_B": "both", "C_D": "both"}


def test_each_setting_has_words_of_its_own_that_need_no_markdown() -> None:
    words = [one.words for one in queries.in_force() if one.words]
    assert [text for text, number in Counter(words).items() if number > 1] == []
    assert [text for text in words if "](" in text or "(why)" in text] == []
    assert [text for text in words if "*" in text and "`" not in text] == []


def test_of_links_and_emphasis_only_the_words_are_left() -> None:
    text = "*Platform → Health* shows it ([why](decisions/x.md)), see [below](#x): `a*b*c`"
    assert queries.plain(text) == "Platform → Health shows it, see below: `a*b*c`"


@pytest.mark.django_db
def test_only_the_platform_role_reads_them(people: dict[str, User]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people["ines"])
    assert client.get("/settings/").status_code == 403
    client.force_login(people["priya"])
    page = client.get("/settings/").content.decode()
    assert "SLIPWAY_RUN_SLOTS" in page
    assert "runs at a time" in page
