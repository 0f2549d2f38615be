"""The demonstration, played once in a whole running portal for all tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from demo.client import Api
from tests.portal_process import Portal, portal

__all__ = ["portal"]  # the fixture

SOON = 20_000  # milliseconds: workers work, pages poll
Window = Callable[..., Page]
Open = Callable[[str], Page]


@dataclass
class Played:
    """The running portal, what the play said, and what it left in demo.json."""

    portal: Portal
    said: str
    account: dict[str, Any]
    people: dict[str, Api]
    between: tuple[datetime, datetime]  # when it was played, by the database's clock

    def person(self, username: str) -> Api:
        return self.people[username]

    def folder(self, environment: str, destination: str) -> Path:
        return Path(self.account["folders"]["deliveries"][environment][destination])


@pytest.fixture(scope="package")
def played(portal: Portal) -> Iterator[Played]:
    portal.begin("previews")  # only here: other tests of a whole portal preview nothing
    portal.manage("publish_golden_paths")  # as the start of the product does
    portal.wait_until_ready()
    began = now_in(portal)
    said = portal.manage("demo", "--against", portal.address)
    account = json.loads((portal.data_dir / "demo.json").read_text())
    people = {
        username: Api(portal.address, username, token)
        for username, token in account["tokens"].items()
    }
    yield Played(portal, said, account, people, (began, now_in(portal)))
    for api in people.values():
        api.close()


def now_in(portal: Portal) -> datetime:
    return portal.rows("SELECT now()")[0][0]


@pytest.fixture
def window(played: Played, chromium: Browser) -> Iterator[Window]:
    """`window()`: a page in a browser of its own. At the end no console may hold a complaint."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(**options: Any) -> Page:
        context = chromium.new_context(base_url=played.account["address"], **options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def browser_of(played: Played, window: Window) -> Open:
    """`browser_of("mira")`: a page in which this person has signed in by typing."""
    passwords = {one["username"]: one["password"] for one in played.account["people"]}

    def open_for(name: str) -> Page:
        page = window()
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(passwords[name])
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("h1")).to_contain_text(name.capitalize())
        return page

    return open_for
