"""Someone who has never seen the portal, from the door to a scheduled, delivered transformation.

Every trusted click of the page counts, also the one that a browser makes of Enter in a form. What
is typed counts nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page, expect

from tests.demo.conftest import SOON, Played, Window
from tests.journeys.axe import violations
from tests.patience import wait_for

pytestmark = pytest.mark.journey

MOST = 12
PASSWORD = "a gangway and a rope"
TITLE, NAME = "Delays by airport", "delays-by-airport"
SQL = """SELECT origin, count(*) AS flights, avg(dep_delay) AS mean_delay
FROM flights
GROUP BY origin"""
COUNTED = """addEventListener(
    "click", (event) => event.isTrusted && clicked(event.target.textContent.trim()), true
)"""


@pytest.fixture
def newcomer(played: Played) -> str:
    """Her first day: an account, and a place in a team. Nobody has shown her anything."""
    priya = played.person("priya")
    priya.post(
        "users/",
        username="noor",
        full_name="Noor Haddad",
        email="noor@slipway.example",
        password=PASSWORD,
    )
    priya.post("teams/airline-data/members/", user="noor", role="developer")
    return "noor"


def test_from_the_door_to_a_scheduled_delivered_transformation(
    played: Played, window: Window, newcomer: str
) -> None:
    clicks: list[str] = []
    page = window(timezone_id="Europe/Berlin")
    page.expose_function("clicked", lambda what: clicks.append(f"{len(clicks) + 1}. {what}"))
    page.add_init_script(COUNTED)
    for go_on in (sign_in, begin, write, promise, review, register):
        go_on(page)
        assert violations(page) == [], go_on
    expect(page.get_by_text("Delivered to Acme Travel.").first).to_be_visible()
    runs = re.compile("^In development it runs every day at 06:00, Europe/Berlin, next on ")
    expect(page.get_by_text(runs).first).to_be_visible()
    assert 0 < len(clicks) <= MOST, clicks
    delivery = what_was_delivered(played)
    ours = played.folder("development", "acme-drop") / f"{NAME}.parquet"
    assert delivery["location"] == str(ours)
    assert rows_of(ours) == counted(played)
    schedule = the_schedule(played)
    assert (schedule["state"], schedule["environment"]) == ("active", "development")
    assert schedule["timezone"] == "Europe/Berlin"
    assert schedule["next_at"] == schedule["next_times"][0]


def sign_in(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_label("Name")).to_be_focused(timeout=SOON)
    page.keyboard.type("noor")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Noor", timeout=SOON)


def begin(page: Page) -> None:
    page.get_by_role("link", name="New transformation").click()
    expect(page.get_by_label("What is it called?")).to_be_focused(timeout=SOON)
    page.keyboard.type(TITLE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible(timeout=SOON)


def write(page: Page) -> None:
    """An input of those that her team may read; the query begins with it, and she goes on."""
    page.get_by_role("button", name="Add flights.parquet").click(timeout=SOON)
    expect(page.locator("#input-flights summary")).to_contain_text("19 columns", timeout=SOON)
    expect(page.get_by_role("textbox", name="Query")).to_be_focused(timeout=SOON)
    page.keyboard.press("Control+a")
    page.keyboard.type(SQL)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#part-preview")).to_contain_text("3 rows", timeout=SOON)


def promise(page: Page) -> None:
    """What comes out of it, to whom, and when."""
    page.get_by_role("button", name=re.compile("^Accept contract and")).click()
    page.get_by_role("button", name="Deliver to Acme Travel").click()
    page.get_by_role("button", name="Every day at 06:00").click()
    expect(page.get_by_text("Runs every day at 06:00, Europe/Berlin")).to_be_visible(timeout=SOON)
    expect(page.locator("#checks")).to_contain_text("origin unique")
    expect(page.locator("#deliveries")).to_contain_text("Acme's drop folder")


def review(page: Page) -> None:
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_role("heading", name=f"{NAME} v1")).to_be_visible(timeout=SOON)
    expect(page.get_by_label("Deploy to")).to_have_value("development")
    expect(page.get_by_label("Run it once as soon as it is live")).to_be_checked()


def register(page: Page) -> None:
    page.get_by_label(re.compile("Run it by its schedule there, too")).check()
    page.get_by_role("button", name="Register and deploy").click()
    expect(page.get_by_text("All of it is done.")).to_be_visible(timeout=3 * SOON)


def what_was_delivered(played: Played) -> dict[str, Any]:
    jonas = played.person("jonas")  # anyone of the team sees it
    (run,) = jonas.every("runs/", transformation=NAME)
    assert (run["state"], run["environment"]) == ("succeeded", "development")
    (delivery,) = jonas.every("deliveries/", transformation=NAME)
    assert (delivery["state"], delivery["rows"]) == ("delivered", 3)
    found: dict[str, Any] = delivery
    return found


def the_schedule(played: Played) -> dict[str, Any]:
    """It follows what is live within seconds."""

    def ask() -> list[dict[str, Any]]:
        return list(played.person("jonas").every("schedules/", transformation=NAME))

    wait_for(lambda: bool(ask()) and bool(ask()[0]["next_at"]), 30, lambda: f"{ask()}")
    (found,) = ask()
    return found


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as engine:
        return engine.execute("FROM read_parquet(?) ORDER BY origin", [str(path)]).fetchall()


def counted(played: Played) -> list[tuple[Any, ...]]:
    """The same figures out of the source, without Slipway."""
    flights = Path(played.account["folders"]["sources"]) / "flights.parquet"
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE flights AS FROM read_parquet(?)", [str(flights)])
        return engine.execute(f"{SQL} ORDER BY origin").fetchall()
