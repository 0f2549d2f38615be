"""The whole story once more, by three people with browsers, on the real running portal.

Registering is a program's business for now (the API); everything after it is done in pages.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from demo import story
from tests.demo.conftest import SOON, Open, Played
from tests.journeys.axe import violations

pytestmark = pytest.mark.journey

NAME = "cancellations"


def test_shipped_delivered_found_wrong_rolled_back_and_rejected(
    played: Played, browser_of: Open
) -> None:
    mira, ines, tomas = (browser_of(name) for name in ("mira", "ines", "tomas"))
    register(played, "v1")
    deploy(mira, 1, "staging")
    deploy(mira, 1, "production", approver=ines)
    run_now(mira, version=1)
    right = delivered(played)

    register(played, "v2")
    deploy(mira, 2, "staging")
    run_into_the_check(mira, version=2)
    assert not staged(played)  # in staging nothing has been delivered before, and nothing is now

    register(played, "v3")
    deploy(mira, 3, "staging")
    deploy(mira, 3, "production", approver=ines)
    run_now(mira, version=3)
    assert delivered(played) < right  # what was cancelled is not counted: it is wrong

    roll_back(tomas)
    reject(ines)
    mira.goto(f"/components/{NAME}/plan?release=3&environment=production")
    expect(mira.get_by_text("Not possible now")).to_be_visible()
    expect(mira.get_by_text("Leaves out what was cancelled").first).to_be_visible()
    expect(mira.get_by_role("button", name=re.compile("Deploy v3"))).to_have_count(0)

    run_again(mira)
    assert delivered(played) == right
    look_back(tomas)


def register(played: Played, version: str) -> None:
    text = story.file(f"carrier-punctuality-{version}")
    text = text.replace("name: carrier-punctuality", f"name: {NAME}").replace(
        "punctuality/{month}", NAME + "/{month}"
    )
    played.person("mira").send_file("transformations/", text)


def deploy(page: Page, number: int, place: str, *, approver: Page | None = None) -> None:
    """From the component's page by its plan; in production with a second person."""
    page.goto(f"/components/{NAME}/plan?release={number}&environment={place}")
    expect(page.get_by_role("heading", name="Rules")).to_be_visible()
    page.get_by_label("Reason").fill("For the story.")
    page.get_by_role("button", name=f"Deploy v{number} to {place}").click()
    if approver:
        expect(page.get_by_role("heading", name="Waits for approval")).to_be_visible()
        approver.goto(page.url)
        approver.get_by_role("link", name="Approve…").click()
        approver.get_by_label("Note").fill("Read the plan.")
        approver.get_by_role("button", name=re.compile("^Approve:")).click()
    live = page.get_by_role("heading", name=f"v{number} is live in {place}")
    expect(live).to_be_visible(timeout=SOON)
    assert violations(page) == []


def run_now(page: Page, *, version: int) -> None:
    """From the page of the deployment that has just been done."""
    page.get_by_role("link", name="Run now…").click()
    page.get_by_role("button", name=f"Run v{version} in production").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Run \d+"))).to_be_visible()
    expect(page.locator("#deliveries")).to_be_visible()
    expect(page.get_by_text("Delivered", exact=True)).to_have_count(2, timeout=SOON)
    assert violations(page) == []


def run_into_the_check(page: Page, *, version: int) -> None:
    """Its join doubles rows: the page names the check that stopped it, and that nothing left."""
    page.get_by_role("link", name="Run now…").click()
    page.get_by_role("button", name=f"Run v{version} in staging").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Run \d+"))).to_be_visible()
    said = page.locator(".notice", has_text="It did not end well.")
    expect(said).to_contain_text("no flight lost or counted twice", timeout=SOON)
    deliveries = page.get_by_role("region", name="Deliveries")
    expect(deliveries).to_contain_text("Nothing was delivered")
    expect(deliveries.get_by_role("table")).to_have_count(0)
    attempts = page.get_by_role("region", name="Attempts")
    expect(attempts.get_by_role("row")).to_have_count(2)  # its head, and one: a check is final
    assert violations(page) == []


def roll_back(page: Page) -> None:
    page.goto(f"/components/{NAME}/")
    page.get_by_label("More in production").click()
    page.get_by_role("link", name="Roll back…").click()
    page.get_by_label("What did you see?").fill("January shows no cancelled flight at all.")
    page.get_by_role("button", name=re.compile("^Roll back to v1")).click()
    expect(page.get_by_role("heading", name="v1 is live in production")).to_be_visible(timeout=SOON)


def reject(page: Page) -> None:
    page.goto(f"/components/{NAME}/versions/3/")
    page.get_by_role("link", name=re.compile("Reject")).click()
    page.get_by_label("What is wrong with it?").fill("Leaves out what was cancelled")
    page.get_by_role("button", name="Reject v3").click()
    expect(page.get_by_text("Leaves out what was cancelled").first).to_be_visible()


def run_again(page: Page) -> None:
    """The wrong January, once more, with what is live now: revision 2."""
    page.goto(f"/components/{NAME}/runs/")
    page.get_by_role("link", name=re.compile(r"^(Run )?\d+")).first.click()
    page.get_by_role("link", name="Run again…").click()
    page.get_by_label("Why again?").fill("v3 left flights out.")
    page.get_by_role("button", name=re.compile(r"Run \d+ again")).click()
    expect(page.get_by_text(re.compile("revision 2"))).to_have_count(2, timeout=SOON)
    expect(page.get_by_text("Delivered", exact=True)).to_have_count(2, timeout=SOON)
    expect(page.get_by_text("Replaced")).to_have_count(2)
    assert violations(page) == []


def look_back(page: Page) -> None:
    """The axis, the deployment and the audit tell what happened."""
    page.goto(f"/components/{NAME}/")
    changes = page.get_by_role("region", name="What changed")
    for said in ("v3 rejected", "Back to v1 in production", "started again with v1"):
        expect(changes.get_by_text(said).first).to_be_visible(timeout=SOON)
    page.goto(f"/audit/?component={NAME}")
    expect(page.get_by_text(re.compile("rejected")).first).to_be_visible()


def staged(played: Played) -> list[str]:
    """The files of the clients' test folders that are of this transformation."""
    folders = [played.folder("staging", name) for name in ("acme-drop", "globex-drop")]
    return [str(path) for folder in folders for path in (folder / NAME).rglob("*")]


def delivered(played: Played) -> int:
    """How many flights the file at Globex counts."""
    lines = (played.folder("production", "globex-drop") / NAME / "1.jsonl").read_text()
    return sum(json.loads(line)["flights"] for line in lines.splitlines())
