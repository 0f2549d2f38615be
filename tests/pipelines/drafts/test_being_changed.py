"""Who begins to change a version hears who does so already; two drafts of it stay possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from pipelines.transformations.models import Version
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]


@pytest.fixture
def version(house: House) -> Version:
    return house.register(file(), now=timezone.now())


@pytest.fixture
def theirs(house: House, version: Version) -> Draft:
    """Begun by Tomas, who owns the team."""
    return operations.begin(team=house.team, base=version, by=house.owner, now=timezone.now())


def test_who_changes_what_is_being_changed_is_told_by_whom_and_led_there(
    browser: Browser, version: Version, theirs: Draft
) -> None:
    given = {"change": version.pk, "team": "airline-data"}
    told = browser("mira").post("/drafts/new", given).content.decode()
    assert "Tomas Novak has an open draft of v1" in told
    assert f'href="{theirs.url}">Open it' in told
    assert Draft.objects.count() == 1, "nothing was begun yet"
    answer = browser("mira").post("/drafts/new", {**given, "another": "yes"})
    mine = Draft.objects.exclude(pk=theirs.pk).get()
    assert answer.headers["Location"] == mine.url
    told = browser("mira").post("/drafts/new", given).content.decode()
    assert "You have an open draft of v1" in told


def test_those_who_choose_see_which_drafts_there_are(
    house: House, browser: Browser, version: Version, theirs: Draft
) -> None:
    assert "Draft of Tomas Novak" in browser("mira").get("/drafts/new").content.decode()
    operations.discard(draft=theirs, by=house.owner, now=timezone.now())
    assert "Draft of Tomas" not in browser("mira").get("/drafts/new").content.decode()
    begun = browser("mira").post("/drafts/new", {"change": version.pk, "team": "airline-data"})
    assert begun.status_code == 302


def test_a_copy_is_another_thing_and_is_begun_at_once(
    browser: Browser, version: Version, theirs: Draft
) -> None:
    begun = browser("mira").post("/drafts/new", {"copy": version.pk, "team": "airline-data"})
    assert begun.status_code == 302
