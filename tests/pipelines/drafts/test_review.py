"""The review of a draft: all that changes, what its preview says against it, and why, in words."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from deployments.rollouts.models import Deployment
from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.transformations.models import Version
from portal.files.writing import written as as_file
from tests.pipelines.drafts.conftest import preview_of
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]
HOLDS = {"name": "some flights", "sql": "SELECT flights FROM result WHERE flights < 1"}
FAILS = {"name": "few flights", "sql": "SELECT flights FROM result WHERE flights > 1"}


def begun(house: House, **spec: Any) -> Draft:
    return operations.begin(
        team=house.team, text=as_file(file(**spec)), by=house.developer, now=timezone.now()
    )


def change_of(house: House, **spec: Any) -> Draft:
    """A draft of v2, beside a v1 that is registered."""
    version = house.register(file(), now=timezone.now())
    draft = operations.begin(team=house.team, base=version, by=house.developer, now=timezone.now())
    text = as_file(file(**spec))
    return operations.save(draft=draft, text=text, seen=1, by=house.developer, now=timezone.now())


def said(client: Client, draft: Draft) -> str:
    page = client.get(f"{draft.url}review").content.decode()
    return " ".join(unescape(strip_tags(page.replace("<", " <"))).split())


def test_checks_and_deliveries_stand_there_as_they_were_and_will_be(
    house: House, browser: Browser
) -> None:
    page = said(browser("mira"), change_of(house, checks=[HOLDS]))
    assert "changes one check, one check removed of v1" in page
    assert "some flights Check, added absent" in page
    assert HOLDS["sql"] in page
    assert "no flight counted twice Check, removed" in page


def test_what_was_never_tried_is_said(house: House, browser: Browser) -> None:
    draft = begun(house)
    assert "It was never previewed" in said(browser("mira"), draft)
    preview_of(draft, house.developer, month=1)
    assert "preview" not in said(browser("mira"), draft)


def test_a_check_that_did_not_hold_or_was_written_afterwards_is_named(
    house: House, browser: Browser
) -> None:
    draft = begun(house, checks=[FAILS])
    preview_of(draft, house.developer, month=1)
    page = said(browser("mira"), draft)
    assert "The check “few flights” did not hold in the last preview: " in page
    text = as_file(file(checks=[FAILS, HOLDS]))
    draft = operations.save(
        draft=draft, text=text, seen=draft.revision, by=house.developer, now=timezone.now()
    )
    assert "The check “some flights” was not tried in the last preview." in said(
        browser("mira"), draft
    )
    text = as_file(file(sql="SELECT carrier, 1 AS flights FROM flights WHERE month = $month"))
    draft = operations.save(
        draft=draft, text=text, seen=draft.revision, by=house.developer, now=timezone.now()
    )
    assert "The last preview was of an earlier query." in said(browser("mira"), draft)


def test_what_changes_in_a_sentence_stands_with_the_version_and_its_deployment(
    house: House, browser: Browser
) -> None:
    draft = queries.draft(change_of(house, checks=[HOLDS]).number)
    body = {"seen": draft.revision, "environment": "staging", "message": "Count none twice."}
    assert browser("mira").post(f"{draft.url}review", body).status_code == 302
    assert Version.objects.get(number=2).source["message"] == "Count none twice."
    assert Deployment.objects.get().reason == "Count none twice."
