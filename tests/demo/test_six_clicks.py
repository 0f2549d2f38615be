"""From a run that failed to its trace, to the deployment since which it fails, and back: by clicks.

Every trusted click counts, as in test_twelve_clicks.py; what is typed counts nothing. axe-core
complains of no page on the way.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from demo import story, verbs
from tests.demo.conftest import SOON, Open, Played
from tests.demo.test_twelve_clicks import COUNTED
from tests.journeys.axe import violations
from tests.patience import wait_for

pytestmark = pytest.mark.journey

MOST = 6
NAME = "doubled-rows"


@pytest.fixture
def failing(played: Played) -> int:
    """v1 does well in staging; since v2 every run there is stopped by its check."""
    mira = played.person("mira")
    for number in (1, 2):
        text = story.file(f"{story.PUNCTUALITY}-v{number}")
        text = text.replace(f"name: {story.PUNCTUALITY}", f"name: {NAME}")
        mira.send_file("transformations/", text.replace("punctuality/{month}", NAME + "/{month}"))
        asked = verbs.ask(mira, NAME, number, "staging", f"v{number}, to try it out.")
        verbs.deployed(mira, asked)
        run = verbs.run(mira, NAME, "staging", f"january-{number}", month=1)
    assert run["state"] == "failed"
    known = f"SELECT 1 FROM observability_span WHERE trace_id = '{run['trace_id']}'"
    wait_for(lambda: played.portal.rows(known), 20, "no span of the run arrives")
    return int(run["number"])


def test_from_a_failing_run_to_the_rollback(played: Played, browser_of: Open, failing: int) -> None:
    page, clicks = browser_of("mira"), list[str]()
    page.expose_function("clicked", lambda what: clicks.append(f"{len(clicks) + 1}. {what}"))
    page.add_init_script(COUNTED)
    page.goto(f"/runs/{failing}/")
    since = page.locator(".notice", has_text="It fails since v2 → staging")
    expect(since).to_contain_text("The last good run there was run")
    assert violations(page) == []
    for go_on in (to_the_trace, to_the_deployment, to_the_rollback, confirm):
        go_on(page)
        assert violations(page) == [], go_on
    assert 0 < len(clicks) <= MOST, clicks
    what_is_kept(page, played)


def to_the_trace(page: Page) -> None:
    trace = page.get_by_role("complementary", name="Provenance").locator("a[href^='/traces/']")
    trace.click()
    expect(page.get_by_role("region", name="Spans")).to_be_visible()
    expect(page.locator("[data-arriving]")).to_have_count(0, timeout=SOON)  # all of it has come


def to_the_deployment(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Open deployment #")).click(timeout=SOON)
    comparison = page.get_by_role("region", name="Beside the release before")
    expect(comparison).to_contain_text("1 of 1 run fails since v2; none of 1 before.", timeout=SOON)
    expect(comparison).to_contain_text("Trace of the first that failed")


def to_the_rollback(page: Page) -> None:
    page.get_by_role("link", name="Roll back with this evidence…").click()
    expect(page.get_by_label("What did you see?")).to_have_value(re.compile("^1 of 1 run fails"))
    expect(page.get_by_label(re.compile("^v1 with c1"))).to_be_checked()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Roll back to v1 with c1").click()
    live = page.get_by_role("heading", name="v1 is live in staging")
    expect(live).to_be_visible(timeout=SOON)


def what_is_kept(page: Page, played: Played) -> None:
    """The page of the rollback shows it, and so does the API."""
    shown = page.get_by_role("region", name="Evidence for this rollback")
    expect(shown).to_contain_text("1 of 1 run fails since v2; none of 1 before.")
    back = page.url.rstrip("/").rpartition("/")[2]
    kept = played.person("jonas").get(f"deployments/{back}/evidence/")
    assert kept["figures"]["runs"]["failed"]["bad_after"] == 1
    standing = verbs.standing(played.person("jonas"), NAME, "staging")
    assert (standing["release"], str(standing["deployment"])) == (1, back)
