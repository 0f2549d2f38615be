"""What pages do by themselves: live progress, dialogs, panels that fail alone, keys, schemes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment, Hold
from pipelines.runs.models import Run
from portal.accounts import operations as accounts
from portal.accounts.models import Role
from tests.journeys import axe
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
COMPONENT = "/components/carrier-punctuality/"
SOON = 8_000  # milliseconds: a few polls


def test_an_approval_is_given_and_another_window_sees_it_go_live(
    site: Site, window: Window
) -> None:
    deployment = site.whole.approval
    asked, approver = window("mira").new_page(), window("ines").new_page()
    asked.goto(deployment.path)
    expect(asked.get_by_role("heading", name="Waits for approval")).to_be_visible()
    expect(asked).to_have_title(re.compile("^● "))
    expect(asked.get_by_role("link", name="Approve…")).to_have_count(0)
    approver.goto("/")
    expect(approver.locator("h1")).to_contain_text("you, Ines")
    approver.get_by_role(
        "link", name="Approve carrier-punctuality v2 → production", exact=True
    ).click()
    approver.wait_for_load_state()
    approver.keyboard.press("a")
    approver.get_by_label("Note").fill("Read the diff.")
    approve = approver.get_by_role("button", name="Approve: v2 → production")
    approve.click()
    moved = approver.get_by_text("The plan changed: Not well in preview")
    expect(moved).to_be_visible()  # a run failed there since it was asked for
    expect(approver.get_by_label("Note")).to_have_value("Read the diff.")
    approve.click()
    expect(approver.get_by_text("“Read the diff.”").first).to_be_visible()
    rollouts.work(deployment_id=str(deployment.pk), worker="test", now=timezone.now())
    live = asked.get_by_role("heading", name="v2 is live in production")
    expect(live).to_be_visible(timeout=SOON)
    expect(asked).not_to_have_title(re.compile("^● "))
    assert Deployment.objects.get(pk=deployment.pk).state == Deployment.State.SUCCEEDED


def test_polling_ends_when_the_thing_is_over(site: Site, window: Window) -> None:
    over = Deployment.objects.filter(state=Deployment.State.SUCCEEDED).earliest("number")
    page = window("mira").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(over.path)
    asked.clear()
    page.wait_for_timeout(2600)
    polled = [url for url in asked if "/static/" not in url]
    assert [url for url in polled if "/logs/panels/newer" not in url] == []  # go on for a while


def test_a_dialog_says_what_is_missing_and_then_does_it(site: Site, window: Window) -> None:
    page = window("tomas").new_page()
    page.goto(COMPONENT)
    page.get_by_label("More in preview").click()
    page.get_by_role("region", name="Right now").get_by_role("link", name="Pause…").click()
    dialog = page.get_by_role("dialog")
    reason = dialog.get_by_label("Why")
    expect(reason).to_be_focused()
    reason.evaluate("field => field.required = false")
    dialog.get_by_role("button", name="Pause carrier-punctuality in preview").click()
    expect(dialog.get_by_text("Say why")).to_be_visible()
    expect(reason).to_have_attribute("aria-invalid", "true")
    reason.fill("The source is loaded again.")
    dialog.get_by_role("button", name="Pause carrier-punctuality in preview").click()
    expect(page.locator(".places > li", has_text="preview")).to_contain_text("Paused")
    assert Hold.objects.filter(environment__name="preview", resumed_at=None).exists()


def test_a_dialog_says_who_may_not_any_more(site: Site, window: Window) -> None:
    page = window("tomas").new_page()
    page.goto(f"{COMPONENT}versions/")
    page.get_by_role("link", name="Reject…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is wrong with it?").fill("It counts twice.")
    tomas = {"team": site.whole.house.team, "user": site.people["tomas"]}
    priya = {"by": site.people["priya"], "now": timezone.now()}
    accounts.set_member(**tomas, role=Role.VIEWER, **priya)
    try:
        dialog.get_by_role("button", name=re.compile("^Reject")).click()
        expect(dialog.get_by_text("You may not reject")).to_be_visible()
    finally:
        accounts.set_member(**tomas, role=Role.MAINTAINER, **priya)
    expect(dialog.get_by_label("What is wrong with it?")).to_have_value("It counts twice.")


def test_escape_closes_a_dialog_and_focus_returns(site: Site, window: Window) -> None:
    page = window("ines").new_page()
    page.goto(f"{COMPONENT}versions/")
    opener = page.get_by_role("link", name="Reject…").first
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_one_panel_down_costs_one_panel(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    down = {"is": True}

    def answer(route: Route) -> None:
        if down["is"]:
            route.fulfill(status=500, body="broken")
        else:
            route.continue_()

    page.route("**/panels/runs", answer)
    page.goto(COMPONENT)
    expect(page.get_by_text("Runs did not answer")).to_be_visible()
    expect(page.get_by_text("Right now")).to_be_visible()
    expect(page.locator(".places")).to_contain_text("staging")
    down["is"] = False
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_text("Runs did not answer")).to_have_count(0)
    expect(page.get_by_role("link", name="All runs")).to_be_visible()


def test_rows_are_for_those_who_may_see_them(site: Site, window: Window) -> None:
    address = f"/runs/{site.whole.ended_run.number}/"
    page = window("hannah").new_page()
    page.goto(address)
    refusal = page.get_by_text("You may not see rows that come from nyc-files")
    expect(refusal).to_be_visible()


def test_keys_go_move_filter_and_help(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/deployments/$"))
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator(".rows > li").first.locator("a").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".rows > li").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".rows > li").first.locator("a").first).to_be_focused()
    page.keyboard.press("/")
    search = page.get_by_role("combobox", name="Component", exact=True)
    expect(search).to_be_focused()
    page.keyboard.type("gd?")
    expect(search).to_have_value("gd?")
    search.blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_filter_is_in_the_address(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/runs/")
    page.get_by_label("State").select_option("failed")
    expect(page).to_have_url(re.compile(r"/runs/\?state=failed$"))
    failed = Run.objects.filter(state=Run.State.FAILED).count()
    assert 0 < failed < Run.objects.count()
    expect(page.locator(".rows > li")).to_have_count(failed)
    page.go_back()
    expect(page).to_have_url(re.compile("/runs/$"))


def test_the_scheme_is_remembered_and_the_next_page_does_not_flash(
    site: Site, window: Window
) -> None:
    page = window("mira", scheme="light").new_page()
    page.goto("/")
    page.get_by_role("button", name="Dark").first.click()
    assert _scheme(page) == "dark"
    answer = page.goto("/components/")
    assert answer is not None
    assert 'data-scheme="dark"' in answer.text()
    page.get_by_role("button", name="As the system").click()
    answer = page.goto("/components/")
    assert answer is not None
    assert "data-scheme=" not in answer.text()


def test_the_first_tab_skips_to_the_content(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/components/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_figures_in_the_rail_are_asked_for_anew_once_something_was_done(window: Window) -> None:
    page = window("ines").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/runs/")
    expect(page.locator("#rail-needs")).not_to_be_empty()
    asked.clear()
    page.goto("/clients/acme-travel/")
    expect(page.locator("#rail-needs")).not_to_be_empty()
    assert not [url for url in asked if url.endswith("/counts")]
    page.get_by_role("button", name="Pin", exact=False).first.click()
    page.goto("/runs/", wait_until="networkidle")
    assert len([url for url in asked if url.endswith("/counts")]) == 1


def test_a_token_is_shown_once(site: Site, window: Window) -> None:
    page = window("tomas").new_page()
    page.goto("/account/tokens/")
    page.get_by_label("What for").fill("nightly export")
    page.get_by_role("button", name="Create token").click()
    secret = page.locator("#secret-text").inner_text()
    assert secret.startswith("slw_")
    page.goto("/account/tokens/")
    expect(page.get_by_text("nightly export")).to_be_visible()
    assert secret not in page.content()
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_role("button", name="Revoke nightly export").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()


def _scheme(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.scheme"))


def test_the_graph_is_drawn_and_tells_of_what_is_chosen(window: Window) -> None:
    page = window("jonas").new_page()
    page.goto(f"{COMPONENT}dependencies")
    picture = page.locator("[data-graph-picture]")
    expect(picture.locator("canvas").first).to_be_visible()
    drawn = picture.evaluate("box => box.cytoscape.nodes().map(node => node.position('x'))")
    assert len(set(drawn)) == len(drawn) == 3  # source, component, client: from left to right
    picture.evaluate("box => void box.cytoscape.getElementById('client:acme-travel').emit('tap')")
    panel = page.locator("#graph-panel")
    expect(panel.get_by_role("heading", name="acme-travel")).to_be_visible()
    expect(panel.get_by_role("link", name="Look around it")).to_be_visible()
    page.locator(".graph-table").get_by_role("link", name="nyc-files").focus()
    faded = picture.evaluate("box => box.cytoscape.$('.faded').length")
    assert faded == 0  # all of it stands behind the source
    page.set_viewport_size({"width": 390, "height": 844})
    expect(picture).to_be_hidden()
    expect(page.locator(".graph-table")).to_be_visible()


def test_versions_are_compared_side_by_side_where_there_is_room(window: Window) -> None:
    page = window("jonas").new_page()
    page.goto(f"{COMPONENT}versions/compare?from=1&to=2")
    sides = page.locator(".d2h-file-side-diff")
    expect(sides).to_have_count(2)
    expect(sides.last.locator("ins").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(sides).to_have_count(0)
    expect(page.locator(".d2h-file-diff, .d2h-code-line").first).to_be_visible()
    without = window("jonas").browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    without.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = without.new_page()
    plain.goto(page.url)
    expect(plain.locator(".diff .add").first).to_be_visible()
    without.close()


def test_new_deployments_do_not_move_what_is_being_read(site: Site, window: Window) -> None:
    page = window("mira").new_page()
    page.goto("/deployments/")
    first = page.locator("[data-row]").first
    before = first.get_attribute("id")
    first.get_by_role("link").first.focus()
    deployment = rollouts.request(
        component=site.whole.component,
        release=site.whole.releases[1],
        environment=site.whole.house.environment,
        by=site.whole.house.owner,
        now=timezone.now(),
        reason="Once more.",
    )
    again = "htmx.ajax('GET', '/deployments/', {source: '#deployments', swap: 'morph:innerHTML'})"
    page.evaluate(again)
    expect(page.get_by_role("link", name="1 new")).to_be_visible()
    assert first.get_attribute("id") == before
    page.get_by_role("link", name="1 new").click()
    expect(page.locator(f"#deployment-{number(deployment)}")).to_be_visible()


def number(deployment: Deployment) -> int:
    return Deployment.objects.get(pk=deployment.pk).number


def test_the_palette_does_and_finds_by_the_keyboard_alone(site: Site, window: Window) -> None:
    page = window("tomas").new_page()
    page.goto(COMPONENT)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or do")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="Deploy a version")).to_have_attribute(
        "aria-selected", "true"
    )
    assert axe.violations(page) == []
    page.keyboard.type("reject")
    expect(page.get_by_role("option", name="Deploy a version")).to_have_count(0)
    field.fill("roll back preview")
    expect(page.get_by_role("option", name="Roll back preview…")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog[open]")).to_contain_text("preview")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    field.fill(f"#{site.whole.ended_run.number}")
    run = page.get_by_role("option", name=re.compile(f"^Run {site.whole.ended_run.number}\\b"))
    expect(run).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(run).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/runs/{site.whole.ended_run.number}/$"))
    page.wait_for_load_state()
    page.keyboard.press("Control+k")
    recent = page.get_by_role("group", name="Recent")
    expect(recent.get_by_role("option", name="carrier-punctuality")).to_be_visible()
    with page.context.expect_page() as opened:
        recent.get_by_role("option", name="carrier-punctuality").hover()
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile(f"{COMPONENT}$"))


def test_the_palette_fits_a_telephone_in_the_dark(site: Site, window: Window) -> None:
    page = window("mira", width=390, scheme="dark").new_page()
    page.goto("/components/")
    page.get_by_role("link", name="Search or do").click()
    page.get_by_role("combobox", name="Search or do").fill("carr")
    expect(page.get_by_role("option", name="carrier-punctuality").first).to_be_visible()
    assert axe.violations(page) == []
    page.get_by_role("button", name="esc closes").click()
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("#facets")).to_be_visible()
    assert axe.violations(page) == []
