"""One trace from a click in a browser to the delivered file, through every store and page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api_house import House
from tests.journeys.axe import violations
from tests.patience import wait_for

SESSION = (
    "from django.test import Client; from portal.accounts.models import User; c = Client();"
    "c.force_login(User.objects.get(username='bench')); print(c.cookies['sessionid'].value)"
)


@pytest.fixture
def page(house: House, chromium: Browser) -> Iterator[Page]:
    said = house.portal.manage("shell", "--verbosity", "0", "-c", SESSION)
    context = chromium.new_context(base_url=house.portal.address, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    cookie = {"name": "sessionid", "value": said.split()[-1], "url": house.portal.address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    yield context.new_page()
    context.close()


def test_one_trace_id_leads_from_the_click_to_the_file_through_every_store_and_page(
    house: House, page: Page
) -> None:
    portal = house.portal
    trace, run = _clicked(house, page)

    # the file, and the rows that say so
    [(path, checksum, told)] = portal.rows(
        "SELECT location, checksum, trace_id FROM pipelines_delivery WHERE run_id = %s", run["id"]
    )
    assert told == trace
    assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(16,)]
    assert checksum
    [delivery] = house.get("/deliveries/", run=run["id"])["results"]
    assert delivery["provenance"]["trace_id"] == trace

    # the spans: one tree, from the click in the web process to the file's name
    spans = {span["span_id"]: span for span in _spans(house, trace)}
    publish = next(span for span in spans.values() if span["name"] == "publish")
    chain = [publish]
    while chain[-1]["parent_id"]:
        chain.append(spans[chain[-1]["parent_id"]])
    assert [span["name"] for span in reversed(chain)] == [
        "POST /components/{name}/run",
        "run/pipelines.runs.tasks.execute",
        "run tiny",
        "write down",
        "run/pipelines.deliveries.tasks.deliver",
        "deliver bench-drop",
        "publish",
    ]
    assert [_service(span) for span in reversed(chain)] == [
        "slipway-web",
        *["slipway-runs"] * 3,
        *["slipway-deliveries"] * 3,
    ]
    sandbox = next(span for span in spans.values() if span["name"] == "sandbox")
    phases = [span["name"] for span in spans.values() if span["parent_id"] == sandbox["span_id"]]
    assert {"open inputs", "plan", "query", "contract", "seal"} <= set(phases)
    attempt = next(span for span in spans.values() if span["name"] == "run tiny")
    assert (attempt["component"], attempt["environment"], attempt["version"]) == (
        *("tiny", "staging", "1"),
    )
    assert attempt["run_id"] == run["id"]

    # the lines: in the store, and on each process's own output
    lines = wait_lines(house, trace, 3)
    assert {line["span_id"] for line in lines} <= spans.keys()
    said = " ".join(line["message"] for line in lines)
    for words in ("attempt 1 of run", "attempt ended well: 16 rows", "delivered to"):
        assert words in said
    for name in ("runs", "deliveries"):
        printed = [
            json.loads(one) for one in portal.processes[name].log.splitlines() if trace in one
        ]
        assert printed, name
        assert {one["trace_id"] for one in printed} == {trace}

    # the pages: each leads on to the next
    page.goto(f"/runs/{run['number']}/")
    page.get_by_role("link", name=trace[:7]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("POST /components/{name}/run")
    assert violations(page) == []
    page.get_by_role("link", name="run tiny", exact=True).click()
    detail = page.locator(".span-detail")
    expect(detail.get_by_text("attempt 1 of run")).to_be_visible()
    assert violations(page) == []
    detail.get_by_role("link", name="All lines of this trace").click()
    expect(page.get_by_text("delivered to").first).to_be_visible()
    page.goto(f"/traces/{trace}/")
    page.locator(".facts").get_by_role("link", name="1", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delivery 1")
    expect(page.get_by_role("link", name=trace[:7])).to_be_visible()
    page.goto("/traces/?component=tiny&operation=deliver+bench-drop")
    expect(page.locator(f"a[href='/traces/{trace}/']")).to_be_visible()
    assert violations(page) == []


def test_a_waterfall_is_folded_and_walked_with_the_keys(house: House, page: Page) -> None:
    run = house.post("/runs/", transformation="tiny", environment="staging")
    wait_for(lambda: _is_there(house, run["trace_id"]), 20)
    page.goto(f"/traces/{run['trace_id']}/")
    rows = page.locator("[data-depth]:visible")
    everything = rows.count()
    assert everything > 10
    page.keyboard.press("j")
    expect(page.locator("[data-span]").first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(rows).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(everything)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".span-detail")).to_contain_text("own time")
    page.keyboard.press("Enter")
    expect(page.locator(".span-detail")).to_be_hidden()
    page.locator("[data-fold]").nth(1).click()  # the run; beside it may stand a slow statement
    expect(rows.filter(has_text="sandbox")).to_have_count(0)


def test_a_try_whose_worker_died_is_told_of_and_the_next_one_points_back_at_it(
    house: House,
) -> None:
    portal = house.portal
    portal.arm("pipelines.attempt.prepared=kill")
    run = house.post("/runs/", transformation="tiny", environment="staging")
    wait_for(lambda: not portal.processes["runs"].is_alive, 20)
    portal.restart("runs")
    portal.rows("UPDATE pipelines_run SET lease_until = now() WHERE state = 'running' RETURNING id")
    wait_for(lambda: house.get(f"/runs/{run['id']}/")["state"] == "succeeded", 60)
    wait_for(lambda: _is_there(house, run["trace_id"]), 20)
    first, second = sorted(
        (one for one in _spans(house, run["trace_id"]) if one["name"] == "run tiny"),
        key=lambda one: one["at"],
    )
    assert first["is_error"]
    assert "stopped answering" in first["message"]
    assert not second["is_error"]
    assert {"trace_id": run["trace_id"], "span_id": first["span_id"]} in second["links"]


def _clicked(house: House, page: Page) -> tuple[str, dict[str, Any]]:
    """A run that somebody started on the component's page, when it is delivered."""
    page.goto("/components/tiny/run?environment=staging")
    page.get_by_role("button", name=re.compile("Run v1 in staging")).click()
    page.wait_for_url("**/runs/*/")
    number = int(page.url.rstrip("/").rpartition("/")[2])
    [(identity, trace)] = house.portal.rows(
        "SELECT id::text, trace_id FROM pipelines_run WHERE number = %s", number
    )
    wait_for(lambda: _is_there(house, trace), 30, house.portal.logs)
    return trace, {"id": identity, "number": number}


def _is_there(house: House, trace: str) -> bool:
    """All processes have told: web, runs and deliveries."""
    names = {
        name
        for (name,) in house.portal.rows(
            "SELECT name FROM observability_span WHERE trace_id = %s", trace
        )
    }
    return {"publish", "run tiny", "run/pipelines.deliveries.tasks.deliver"} <= names and any(
        name.startswith("POST ") for name in names
    )


def _spans(house: House, trace: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.get(f"/traces/{trace}/")["spans"]
    return found


def wait_lines(house: House, trace: str, least: int) -> list[dict[str, Any]]:
    """Lines come up to two seconds later."""
    found: list[dict[str, Any]] = []

    def has_come() -> bool:
        found[:] = house.get("/logs/", trace_id=trace)["results"]
        return len(found) >= least

    wait_for(has_come, 15)
    return found


def _service(span: dict[str, Any]) -> str:
    return str(span["attributes"]["resource"]["service.name"])
