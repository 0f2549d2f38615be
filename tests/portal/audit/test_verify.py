"""The chain shows every kind of tampering; a head kept elsewhere shows that its end was cut off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django import Settings

from portal.accounts.models import User
from portal.audit import heads, operations, queries
from portal.audit.models import Entry, Seal
from tests.conftest import NOW


@pytest.fixture
def sealed(people: dict[str, User]) -> int:
    """Seven people, teams and members make more than ten entries."""
    return operations.seal(now=NOW)


@contextmanager
def past_the_triggers() -> Iterator[CursorWrapper]:
    """What someone can do who has the database's own superuser."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def entry_at(sequence: int) -> object:
    return Seal.objects.get(sequence=sequence).entry_id


def test_it_is_intact_when_nobody_touched_it(sealed: int) -> None:
    report = queries.verify(now=NOW)
    assert report.is_intact
    assert (report.sealed, report.unsealed) == (sealed, 0)
    assert report.last is not None
    assert report.last.sequence == sealed


def test_sequences_have_no_gaps_over_several_batches(
    sealed: int, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    for number in range(5):
        operations.record(verb="x.y", by=None, now=NOW, kind="x", thing=number)
    assert [operations.seal(now=NOW) for _ in range(4)] == [2, 2, 1, 0]
    sequences = Seal.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, sealed + 6))


def test_it_reports_the_unsealed_tail_and_its_age(sealed: int) -> None:
    operations.record(verb="x.y", by=None, now=NOW, kind="x", thing="y")
    report = queries.verify(now=NOW + timedelta(seconds=90))
    assert (report.unsealed, report.unsealed_for) == (1, 90.0)
    assert report.is_intact


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        ("UPDATE portal_entry SET reason = 'nicer' WHERE id = %s", "not what was sealed"),
        ("UPDATE portal_entry SET actor_name = 'x' WHERE id = %s", "not what was sealed"),
        ("UPDATE portal_entry SET after = '{}' WHERE id = %s", "not what was sealed"),
        ("UPDATE portal_entry SET at = at + interval '1 s' WHERE id = %s", "not what was sealed"),
        ("DELETE FROM portal_entry WHERE id = %s", "entry is missing"),
        ("DELETE FROM portal_seal WHERE entry_id = %s", "sequence 3 is missing"),
        (
            "UPDATE portal_seal SET previous = repeat('a', 64) WHERE entry_id = %s",
            "does not continue",
        ),
    ],
)
def test_it_names_the_first_flaw(sealed: int, tamper: str, words: str) -> None:
    third = entry_at(3)
    with past_the_triggers() as cursor:
        cursor.execute(tamper, [third])
    report = queries.verify(now=NOW)
    assert report.broken_at in {3, 4}
    assert words in report.flaw
    assert report.sealed == 2


def test_it_sees_an_entry_that_was_put_in_past_the_trigger(sealed: int) -> None:
    with past_the_triggers():
        operations.record(verb="x.y", by=None, now=NOW, kind="x", thing="y")
    assert "outside of the chain" in queries.verify(now=NOW).flaw


def test_it_sees_an_entry_that_was_removed_before_its_seal(sealed: int) -> None:
    fresh = operations.record(verb="x.y", by=None, now=NOW, kind="x", thing="y")
    with past_the_triggers() as cursor:
        cursor.execute("DELETE FROM portal_entry WHERE id = %s", [fresh.pk])
    assert "removed before they were sealed" in queries.verify(now=NOW).flaw


def cut_off(sequence: int) -> None:
    """Remove the newest links and their entries: what is left is a perfect chain."""
    ids = list(Seal.objects.filter(sequence__gt=sequence).values_list("entry_id", flat=True))
    with past_the_triggers() as cursor:
        cursor.execute("DELETE FROM portal_seal WHERE sequence > %s", [sequence])
        cursor.execute("DELETE FROM portal_entry WHERE id = ANY(%s)", [ids])


def head_of(seal: Seal) -> heads.Head:
    return heads.Head(seal.sequence, seal.digest, seal.sealed_at.isoformat(), NOW.isoformat())


def test_only_a_head_from_before_shows_that_the_end_was_cut_off(sealed: int) -> None:
    newest = queries.newest()
    assert newest is not None
    head = head_of(newest)
    cut_off(sealed - 2)
    assert queries.verify(now=NOW).is_intact
    report = queries.verify(now=NOW, head=head)
    assert "cut off" in report.flaw


def test_a_head_shows_that_the_end_was_written_anew(sealed: int) -> None:
    newest = queries.newest()
    assert newest is not None
    head = head_of(newest)
    cut_off(sealed - 1)
    operations.record(verb="x.y", by=None, now=NOW, kind="x", thing="something else")
    operations.seal(now=NOW)
    report = queries.verify(now=NOW, head=head)
    assert (report.broken_at, report.flaw) == (sealed, "it is not the link that was exported")


@pytest.fixture
def exported(sealed: int, tmp_path: Path) -> Path:
    path = tmp_path / "head.json"
    with path.open("w") as file:
        call_command("audit_export", stdout=file)
    return path


def verified(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    try:
        call_command("audit_verify", head=path)
    except SystemExit as end:
        return int(str(end.code)), capsys.readouterr().err
    return 0, capsys.readouterr().out


def test_the_commands_agree_on_an_untouched_chain(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, words = verified(exported, capsys)
    assert code == 0
    assert "Intact." in words


def test_the_command_fails_where_something_was_changed(
    sealed: int, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_off(sealed - 1)
    code, words = verified(exported, capsys)
    assert code == 1
    assert "cut off" in words


@pytest.mark.parametrize(
    "damage",
    [
        lambda head: {**head, "sequence": head["sequence"] - 1},
        lambda head: {**head, "digest": "0" * 64},
        lambda head: {**head, "signature": "00" * 64},
        lambda _: {"sequence": 1},
        lambda _: ["nothing", "of", "the", "kind"],
    ],
)
def test_a_head_that_was_altered_proves_nothing(
    exported: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[dict], object]
) -> None:
    exported.write_text(json.dumps(damage(json.loads(exported.read_text()))))
    code, words = verified(exported, capsys)
    assert code == 2
    assert "can't be used" in words


def test_a_head_signed_with_another_key_proves_nothing(exported: Path) -> None:
    signed = json.loads(exported.read_text())
    with pytest.raises(heads.Unusable):
        heads.opened(signed, "another key")
    assert heads.public_key(django_settings.AUDIT_SIGNING_KEY) == signed["public_key"]


def test_a_head_from_before_another_key_is_proven_with_the_key_of_its_time(
    exported: Path, settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old, settings.AUDIT_SIGNING_KEY = settings.AUDIT_SIGNING_KEY, "the new one"
    code, words = verified(exported, capsys)
    assert (code, "signed with another key" in words) == (2, True)
    newer = tmp_path / "newer.json"
    with newer.open("w") as file:
        call_command("audit_export", stdout=file)
    assert verified(newer, capsys)[0] == 0  # the chain itself needs no key
    settings.AUDIT_SIGNING_KEY = old
    assert verified(exported, capsys)[0] == 0


def test_an_entry_of_an_act_that_was_undone_never_existed(sealed: int) -> None:
    with transaction.atomic():
        operations.record(verb="x.y", by=None, now=NOW, kind="x", thing="y")
        transaction.set_rollback(True)
    assert not Entry.objects.filter(verb="x.y").exists()
    assert operations.seal(now=NOW) == 0
