"""Each day's signed head is kept as a file by itself, where a folder for that is named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import User
from portal.audit import keeping, operations, queries, tasks
from tests.conftest import NOW

NAME = f"head-{NOW:%Y-%m-%d}.json"


@pytest.fixture
def folder(people: dict[str, User], settings: Settings, tmp_path: Path) -> Path:
    operations.seal(now=NOW)
    settings.AUDIT_HEADS = str(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_writes_what_audit_verify_takes(folder: Path) -> None:
    keeping.keep(now=NOW)
    assert names(folder) == [NAME]  # nothing is left beside it
    head = json.loads((folder / NAME).read_text())
    newest = queries.newest()
    assert newest
    assert (head["sequence"], head["digest"]) == (newest.sequence, newest.digest)
    call_command("audit_verify", head=folder / NAME)


def test_it_writes_one_a_day_and_never_over_another(folder: Path) -> None:
    (folder / NAME).write_text("older")
    keeping.keep(now=NOW)
    keeping.keep(now=NOW + timedelta(days=1))
    assert (folder / NAME).read_text() == "older"
    assert len(names(folder)) == 2


def test_the_second_of_two_that_write_at_once_leaves_the_first(folder: Path) -> None:
    (folder / NAME).write_text("the first")
    keeping._write_new(folder / NAME, "the second")
    assert (folder / NAME).read_text() == "the first"
    assert names(folder) == [NAME]


def test_nothing_is_written_where_no_folder_is_named(folder: Path, settings: Settings) -> None:
    settings.AUDIT_HEADS = ""
    tasks.keep_head()
    assert names(folder) == []


def test_a_folder_that_is_missing_is_told_by_the_log_and_by_readyz(
    folder: Path, settings: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AUDIT_HEADS = str(folder / "gone")
    tasks.keep_head()
    said = f"The head of the audit can't be kept in {folder / 'gone'}: No such file or directory."
    assert caplog.messages == [said]
    later = NOW.replace(hour=12)
    state, message = keeping.told(later)
    assert state == "degraded"
    assert f"is not in {folder / 'gone'}" in message
    assert "audit_heads" in client.get("/readyz").json()["parts"]


def test_a_folder_that_nobody_may_look_into_is_told_as_well(
    folder: Path, settings: Settings
) -> None:
    settings.AUDIT_HEADS = f"/{'x' * 300}"  # the system refuses the very name
    assert keeping.told(NOW.replace(hour=12))[0] == "degraded"
    tasks.keep_head()


def test_readyz_says_that_todays_head_is_kept(folder: Path, client: Client) -> None:
    keeping.keep(now=timezone.now())
    assert client.get("/readyz").json()["parts"]["audit_heads"]["state"] == "ready"
