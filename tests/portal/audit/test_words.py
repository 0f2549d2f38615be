"""What the audit says about an act, in words: what was done, and what would have been."""

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
    ("verb", "would"),
    [
        ("queue.pause", "would have paused the queue"),
        ("draft.begin", "would have begun the draft"),
        ("grant.take", "would have taken back the use of"),
        ("notification.unmute", "would have unmuted"),
        ("bulk.start", "would have begun in bulk"),
    ],
)
def test_nobody_did_what_was_refused(verb: str, would: str) -> None:
    assert words.said(verb, "refused") == would


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
    assert "would have paused the queue" in listed
    assert "and was refused" in listed
    assert "would have paused the queue runs" in client.get(f"/audit/{entry.pk}/").content.decode()


def test_its_dates_have_a_name_that_one_sees(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    shown = browser("priya").get("/audit/").content.decode()
    for name in ("Since", "Before"):
        assert f"<span>{name} <small>UTC</small></span>" in shown
