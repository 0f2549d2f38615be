"""Drafts in lists: one's own, and those of one's teams."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from tests.pipelines.factories import House


def test_my_drafts_are_those_that_i_began_and_still_write(
    house: House, draft: Draft, browser: Callable[[str], Client]
) -> None:
    begun = {"team": house.team, "by": house.owner, "now": timezone.now()}
    other = operations.begin(title="Of somebody else", **begun)
    over = operations.begin(
        team=house.team, title="Put away", by=house.developer, now=timezone.now()
    )
    operations.discard(draft=over, by=house.developer, now=timezone.now())
    client = browser(house.developer.username)
    for path in ("/drafts/mine", "/drafts/new"):
        shown = client.get(path).content.decode()
        assert draft.title in shown, path
        assert other.title not in shown, path
        assert over.title not in shown, path
    of_all = client.get("/drafts/").content.decode()
    assert draft.title in of_all
    assert other.title in of_all


def test_a_title_is_shown_without_what_nobody_sees(house: House) -> None:
    draft = operations.begin(
        team=house.team, title="Paid\u202e out\u0000 \u200b", by=house.developer, now=timezone.now()
    )
    assert str(draft) == "Paid out"
