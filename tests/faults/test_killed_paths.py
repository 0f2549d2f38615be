"""A golden path in a browser: its worker dies between any two steps, and it goes on by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api_house import House
from tests.bench import work
from tests.journeys import axe

pytestmark = [pytest.mark.fault, pytest.mark.journey]

PASSWORD = "a long way down to the water"
SOON = 30_000  # milliseconds: a worker starts and sweeps, the page polls
STEPS = ("client", "destination", "use", "delivery", "place")
# What one use leaves in the audit, and what taking it back does
ACTS = [
    *("client.create", "destination.create", "grant.give", "grant.give"),
    *("release.cut", "transformation.register", "binding.set"),
]
BACK = [
    *("binding.unset", "release.reject", "grant.take", "grant.take"),
    *("destination.remove", "client.remove"),
]


@dataclass
class Paved:
    """A portal to break, and the page of someone who maintains the team."""

    house: House
    page: Page

    def start(self, client: str) -> None:
        """Answer what the path asks, look at what it would do, and start it."""
        page = self.page
        page.goto("/golden-paths/new-client-and-delivery/start")
        page.get_by_label("Name", exact=True).fill(client)
        page.get_by_label("What people call them").fill(client.title())
        page.get_by_label("Team", exact=True).select_option("bench")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Name of the destination").fill(f"{client}-drop")
        page.get_by_label("staging").check()
        page.get_by_role("textbox", name="Folder").fill(self.folder(client))
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Transformation", exact=True).select_option("paved")
        page.get_by_role("button", name="See what it would do").click()
        page.get_by_role("button", name=f"Start: {client}").click()
        page.wait_for_url(re.compile(r"/golden-paths/runs/\d+/$"))
        page.evaluate("window.isTheSame = true")

    def folder(self, client: str) -> str:
        folder = self.house.portal.data_dir / client
        folder.mkdir()
        return str(folder)

    def shows(self, *states: str) -> None:
        """The steps stand so in the page, which nobody has loaded again meanwhile."""
        marks = self.page.get_by_role("list", name="Steps").locator(".state > svg")
        for number, state in enumerate(states):
            expect(marks.nth(number)).to_have_accessible_name(state, timeout=SOON)
        assert self.page.evaluate("window.isTheSame")

    @contextmanager
    def worker_dies_after(self, steps: int) -> Iterator[None]:
        """What is done inside lets it die behind so many steps, before the next one is claimed."""
        portal = self.house.portal
        portal.arm(f"golden_paths.step.over=kill:{steps}")
        yield
        assert portal.processes["control"].wait_until_dead() == -9

    def lives_again(self) -> None:
        self.house.portal.restart("control")

    def use(self) -> dict[str, Any]:
        """What the page shows, as programs see it."""
        number = self.page.url.rstrip("/").rpartition("/")[2]
        return self.house.get(f"/golden-path-runs/{number}/")

    def acts(self, use: dict[str, Any]) -> list[str]:
        """What ines has done since she began, oldest first, but for words about the path itself."""
        found = self.house.get("/audit/", actor="ines", since=use["created_at"], outcome="done")
        verbs = [entry["verb"] for entry in reversed(found["results"])]
        return [verb for verb in verbs if not verb.startswith("golden_path.")]


@pytest.fixture(scope="module")
def furnished(broken_house: House) -> House:
    """The shipped paths, a transformation to add deliveries to, and someone who may."""
    broken_house.portal.manage("publish_golden_paths")
    file = work.transformation(
        name="paved", team="bench", sql=work.TINY_SQL, path="tiny.parquet", limits={}
    )
    broken_house.post("/transformations/", **file)
    broken_house.post("/users/", username="ines", full_name="Ines Costa", password=PASSWORD)
    broken_house.post("/teams/bench/members/", user="ines", role="maintainer")
    return broken_house


@pytest.fixture(scope="module")
def signed_in(furnished: House, chromium: Browser) -> Iterator[Page]:
    """Her browser for all tests of this file; nothing may complain in its console."""
    complaints: list[str] = []
    context = chromium.new_context(base_url=furnished.portal.address, reduced_motion="reduce")
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto("/sign-in")
    page.get_by_label("Name").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_contain_text("Ines")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def paved(house: House, signed_in: Page) -> Paved:
    return Paved(house, signed_in)


@pytest.mark.parametrize("gap", range(1, len(STEPS)))
def test_its_worker_dies_between_two_steps_and_it_goes_on(paved: Paved, gap: int) -> None:
    with paved.worker_dies_after(gap):
        paved.start(f"globex-{gap}")
    paved.shows(*["Done"] * gap, *["Not yet"] * (len(STEPS) - gap))
    paved.lives_again()
    paved.shows(*["Done"] * len(STEPS))
    expect(paved.page.get_by_text("All of it is done.")).to_be_visible(timeout=SOON)
    use = paved.use()
    assert use["state"] == "done"
    assert tried(use) == {step: ["done"] for step in STEPS}
    assert paved.acts(use) == ACTS


def test_a_step_that_failed_is_tried_again_alone_and_all_is_taken_back(paved: Paved) -> None:
    page, house = paved.page, paved.house
    with paved.worker_dies_after(2):
        paved.start("initech")
    house.post("/teams/bench/members/", user="ines", role="viewer")
    paved.lives_again()
    paved.shows("Done", "Done", "Failed", "Not yet", "Not yet")
    expect(page.locator(".notice[data-tone=bad]")).to_contain_text("You may not")
    assert axe.violations(page) == []
    house.post("/teams/bench/members/", user="ines", role="maintainer")
    page.get_by_role("link", name=re.compile("Try “Let the team deliver there” again")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Those before it stay as they are.")
    assert axe.violations(page) == []
    dialog.get_by_role("button", name=re.compile("again")).click()
    expect(page.get_by_text("All of it is done.")).to_be_visible(timeout=SOON)
    once = {step: ["done"] for step in STEPS}
    assert tried(paved.use()) == once | {"use": ["failed", "done"]}

    page.get_by_role("link", name="Undo…").click()
    expect(dialog.get_by_role("listitem")).to_have_count(len(STEPS))
    expect(dialog.get_by_role("listitem").first).to_contain_text("Say where it is")
    expect(dialog.get_by_role("listitem").last).to_contain_text("Name the client")
    assert axe.violations(page) == []
    dialog.get_by_label("Why").fill("It was another client.")
    with paved.worker_dies_after(3):
        dialog.get_by_role("button", name="Undo these steps").click()
    page.evaluate("window.isTheSame = true")
    paved.shows("Not yet", "Not yet", "Undone", "Undone", "Undone")
    paved.lives_again()
    paved.shows(*["Undone"] * len(STEPS))
    assert axe.violations(page) == []
    use = paved.use()
    assert use["state"] == "undone"
    undone = sorted((step["finished_at"], step["name"]) for step in use["steps"])
    assert [name for _, name in undone] == list(reversed(STEPS))
    assert paved.acts(use) == [*ACTS, *BACK]


def tried(use: dict[str, Any]) -> dict[str, list[str]]:
    """How each attempt of each step ended."""
    return {
        step["name"]: [attempt["state"] for attempt in step["attempts"]] for step in use["steps"]
    }
