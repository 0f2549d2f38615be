"""What the audit says about an act, in words: what was done, and what was only tried."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.audit import operations, words
from portal.audit.models import Entry
from portal.errors import Refused
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("verb", "tried"),
    [
        ("queue.pause", "tried to pause the queue"),
        ("draft.begin", "tried to begin the draft"),
        ("grant.take", "tried to revoke the grant of"),
        ("notification.unmute", "tried to unmute"),
        ("bulk.start", "tried to start the bulk action"),
        ("deployment.request", "tried to deploy"),
        ("manifest.let_go", "tried to stop keeping files for"),
    ],
)
def test_nobody_did_what_was_refused(verb: str, tried: str) -> None:
    assert words.said(verb, "refused") == tried


def test_each_verb_has_its_infinitive() -> None:
    beginnings = {said.split()[0] for said in words.SAID.values()}
    assert beginnings - {words.ASKED.split()[0]} == set(words.INFINITIVES)


def test_what_comes_to_its_end_is_finished() -> None:
    for verb in ("deployment.succeed", "backfill.end", "golden_path.finish"):
        assert words.said(verb) == "finished"


def test_pages_say_so(people: dict[str, User], browser: Callable[[str], Client]) -> None:
    operations.record_refusal(
        refused=Refused("No."),
        verb="queue.pause",
        by=people["jonas"],
        now=NOW,
        kind="queue",
        thing="runs",
    )
    entry = Entry.objects.get(verb="queue.pause")
    client = browser("priya")
    listed = client.get("/audit/").content.decode()
    assert "tried to pause the queue" in listed
    assert "; refused" in listed
    assert "tried to pause the queue runs" in client.get(f"/audit/{entry.pk}/").content.decode()


def test_its_dates_have_a_name_that_one_sees(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    shown = browser("priya").get("/audit/").content.decode()
    for name in ("Since", "Before"):
        assert f"<span>{name} <small>UTC</small></span>" in shown
