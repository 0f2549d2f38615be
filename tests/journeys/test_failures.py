"""When nothing comes back: who asked is told, nothing typed is lost, and nothing is done twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from pipelines.drafts.models import Draft
from tests.journeys import axe
from tests.journeys.chromium import HASTE, intercepted
from tests.journeys.drafting import editor, saved
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
VERSIONS = "/components/carrier-punctuality/versions/"
PASTE = """(box, text) => {
    box.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const how = {clipboardData, bubbles: true, cancelable: true};
    box.dispatchEvent(new ClipboardEvent("paste", how));
}"""
UNSENT = "Object.keys(localStorage).filter((key) => key.startsWith('unsent')).length"
NUMBER = {"X-Request-Id": "0123456789abcdef"}


def broken(route: Route) -> None:
    route.fulfill(status=500, headers=NUMBER, body="<html>broken</html>")


def reject(page: Page) -> Locator:
    """The dialog that asks why; nothing is rejected in these tests."""
    page.get_by_role("link", name="Reject…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is wrong with it?").fill("It counts twice.")
    return dialog


def test_a_server_that_breaks_says_so_in_the_dialog_and_what_was_typed_stays(
    window: Window,
) -> None:
    page = intercepted(window("ines"))
    page.goto(VERSIONS)
    dialog = reject(page)
    page.route("**/reject", broken)
    dialog.get_by_role("button", name=re.compile("^Reject")).click()
    said = dialog.get_by_role("alert")
    expect(said).to_contain_text("tell the platform team this number: 0123456789abcdef")
    expect(said).to_contain_text("nobody can say from here whether it was done. Load the page")
    expect(dialog.get_by_label("What is wrong with it?")).to_have_value("It counts twice.")
    assert axe.violations(page) == []
    said.get_by_role("button", name="Close").click()
    expect(said).to_have_count(0)


def test_a_lost_line_says_that_no_answer_came(window: Window) -> None:
    context = window("ines")
    page = intercepted(context)
    page.goto(VERSIONS)
    context.set_offline(True)
    page.get_by_role("link", name="Reject…").first.click()
    expect(page.locator(".toast")).to_contain_text("No answer came. See whether you are connected")
    context.set_offline(False)
    page.locator(".toast").get_by_role("button", name="Close").click()
    dialog = reject(page)
    context.set_offline(True)
    dialog.get_by_role("button", name=re.compile("^Reject")).click()
    expect(dialog.get_by_role("alert")).to_contain_text("nobody knows whether it was done")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette").get_by_role("alert")).to_contain_text("No answer came")
    assert axe.violations(page) == []


@pytest.mark.parametrize("status", [400, 413, 503])
def test_refusals_of_every_status_are_shown_in_words(window: Window, status: int) -> None:
    page = intercepted(window("mira"))
    page.goto(VERSIONS)
    said = page.evaluate("document.getElementById('failed').innerHTML").replace(
        "<p></p>", "<p>Its database does not answer.</p>"
    )
    headers = {**NUMBER, "HX-Retarget": ".toasts", "HX-Reswap": "beforeend"}
    page.route(
        "**/palette**", lambda route: route.fulfill(status=status, headers=headers, body=said)
    )
    page.keyboard.press("Control+k")
    expect(page.get_by_role("alert")).to_have_text("Its database does not answer.")


def test_while_the_database_is_away_a_page_stands_as_it_was_and_says_so(window: Window) -> None:
    page = intercepted(window("mira"))
    page.goto(VERSIONS)
    headers = {**NUMBER, "Retry-After": "5"}
    gone = page.request.get("/no-such-page").text()
    page.route("**/palette**", lambda route: route.fulfill(status=503, headers=headers, body=gone))
    page.keyboard.press("Control+k")
    expect(page.get_by_role("alert")).to_contain_text("Slipway can’t be asked just now (503)")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("status", [401, 405, 412])
def test_a_refusal_without_words_is_not_called_a_crash(window: Window, status: int) -> None:
    page = intercepted(window("mira"))
    page.goto(VERSIONS)
    page.route("**/palette**", lambda route: route.fulfill(status=status, headers=NUMBER, body=""))
    page.keyboard.press("Control+k")
    said = page.get_by_role("alert")
    expect(said).to_contain_text(f"Slipway did not take this ({status})")
    expect(said).to_contain_text("0123456789abcdef")
    expect(said).not_to_contain_text("broke")


def test_a_change_that_something_in_front_lost_may_have_been_made(window: Window) -> None:
    page = intercepted(window("ines"))
    page.goto(VERSIONS)
    dialog = reject(page)
    page.route("**/reject", lambda route: route.fulfill(status=504, body="<h1>too slow</h1>"))
    dialog.get_by_role("button", name=re.compile("^Reject")).click()
    said = dialog.get_by_role("alert")
    expect(said).to_contain_text("(504), so nobody knows whether it was done. Load the page again")


def test_what_stands_before_slipway_is_never_shown_as_a_part_of_it(window: Window) -> None:
    page = intercepted(window("mira"))
    page.goto(VERSIONS)
    page.route(
        "**/palette**", lambda route: route.fulfill(status=503, body="<h1>nginx is tired</h1>")
    )
    page.keyboard.press("Control+k")
    expect(page.get_by_role("alert")).to_contain_text("can’t be asked just now (503)")
    expect(page.get_by_text("nginx")).to_have_count(0)


def test_a_page_that_asks_in_vain_says_once_that_it_is_old(site: Site, window: Window) -> None:
    context = window("mira")
    context.add_init_script(HASTE)
    page = intercepted(context)
    page.goto("/runs/")
    expect(page.locator("[data-row]").first).to_be_visible()
    page.route("**/runs/**", broken)
    said = page.get_by_text("this page shows how it was")
    expect(said).to_be_visible()
    expect(page.locator(".toast")).to_have_count(1)
    page.unroute("**/runs/**")
    expect(said).to_have_count(0)


ASKED = """(paths) => new Promise((resolve) => {
    let left = paths.length;
    document.addEventListener("htmx:afterRequest", function answered() {
        left -= 1;
        if (left) return;
        document.removeEventListener("htmx:afterRequest", answered);
        setTimeout(resolve);
    });
    for (const path of paths) {
        let part = document.querySelector(`[hx-get="${path}"]`);
        if (!part) {
            part = document.createElement("div");
            part.dataset.live = "";
            part.setAttribute("hx-get", path);
            part.setAttribute("hx-trigger", "ask");
            document.getElementById("content").append(part);
            htmx.process(part);
        }
        htmx.trigger(part, "ask");
    }
})"""


def test_several_parts_that_fail_once_do_not_make_a_page_old(window: Window) -> None:
    """Polls in a row are those of one part, and only its own answer ends that it is old."""
    page = intercepted(window("mira"))
    page.goto(VERSIONS)
    page.route("**/part-*", broken)
    said = page.get_by_text("this page shows how it was")
    page.evaluate(ASKED, ["/part-1", "/part-2", "/part-3"])
    expect(said).to_have_count(0)
    page.evaluate(ASKED, ["/part-1"])
    expect(said).to_have_count(0)
    page.evaluate(ASKED, ["/part-1"])
    expect(said).to_have_count(1)
    page.unroute("**/part-*")
    page.route("**/part-*", lambda route: route.fulfill(status=204))
    page.evaluate(ASKED, ["/part-2"])
    expect(said).to_have_count(1)
    page.evaluate(ASKED, ["/part-1"])
    expect(said).to_have_count(0)


def test_what_takes_long_shows_it_and_is_sent_once(window: Window) -> None:
    page = intercepted(window("ines"))
    page.goto(VERSIONS)
    dialog = reject(page)
    held: list[Route] = []
    page.route("**/reject", lambda route: held.extend([route]))
    button = dialog.get_by_role("button", name=re.compile("^Reject"))
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(dialog.get_by_role("status")).to_have_text("Still working…")
    assert axe.violations(page) == []
    button.click()
    page.keyboard.press("Enter")
    held[0].fulfill(status=500, headers=NUMBER, body="")
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")
    expect(dialog.get_by_text("Still working…")).to_have_count(0)
    assert len(held) == 1


def test_a_dialog_that_is_long_in_coming_opens_once(window: Window) -> None:
    page = intercepted(window("ines"))
    page.goto(VERSIONS)
    held: list[Route] = []
    page.route("**/reject", lambda route: held.extend([route]))
    link = page.get_by_role("link", name="Reject…").first
    link.click()
    expect(link).to_have_attribute("aria-busy", "true")
    expect(page.locator("body > .busy")).to_be_visible()
    link.click()
    held[0].continue_()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".busy")).to_have_count(0)
    assert len(held) == 1


def test_a_draft_that_could_not_be_saved_says_so_and_is_tried_again(
    window: Window, draft: Draft
) -> None:
    page = intercepted(window("mira"))
    page.goto(draft.url)
    page.route("**/edit", broken)
    editor(page)
    page.keyboard.insert_text("SELECT carrier AS patient FROM flights")
    expect(page.get_by_text("Not saved, trying again")).to_be_visible()
    assert axe.violations(page) == []
    page.unroute("**/edit")
    expect(page.get_by_text("Not saved, trying again")).to_be_hidden()
    saved(draft, "AS patient")
    assert page.evaluate(UNSENT) == 0


def test_a_part_that_could_not_be_saved_is_tried_again_though_another_was(
    window: Window, draft: Draft
) -> None:
    page = intercepted(window("mira"))
    page.goto(draft.url)

    def full(route: Route) -> None:
        if "SELECT" in (route.request.post_data or ""):
            route.fulfill(status=503, headers=NUMBER, body="")
        else:
            route.continue_()

    page.route("**/edit", full)
    editor(page)
    page.keyboard.insert_text("SELECT carrier AS full FROM flights")
    expect(page.get_by_text("Not saved, trying again")).to_be_visible()
    page.get_by_label("Title").fill("Fuller months")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fuller months")  # it was saved
    expect(page.get_by_text("Not saved, trying again")).to_be_visible()
    page.unroute("**/edit")
    saved(draft, "AS full")
    expect(page.get_by_text("Not saved, trying again")).to_be_hidden()
    assert page.evaluate(UNSENT) == 0


REFUSED = {"HX-Retarget": ".toasts", "HX-Reswap": "beforeend", **NUMBER}
FORBIDDEN = '<div class="toast" role="status"><p>The team’s maintainer can.</p></div>'


def test_what_is_refused_for_good_is_shown_once_to_be_copied_or_dropped(
    window: Window, draft: Draft
) -> None:
    context = window("mira", width=390)
    page = intercepted(context)
    page.goto(draft.url)
    context.set_offline(True)
    editor(page)
    page.keyboard.insert_text("SELECT carrier AS unwelcome FROM flights")
    with page.expect_event("close"):  # it goes on in the browser; nothing else may be asked of it
        page.close(run_before_unload=True)
    context.set_offline(False)
    posts: list[str] = []

    def refuse(route: Route) -> None:
        posts.append(route.request.post_data or "")
        route.fulfill(status=403, headers=REFUSED, body=FORBIDDEN)

    context.route("**/edit", refuse)
    for _ in range(2):
        page = intercepted(context)
        page.goto(draft.url)
        notice = page.locator("#draft-brought").get_by_role("status")
        expect(notice).to_contain_text("What you wrote here before was not taken.")
        expect(notice).to_contain_text("The team’s maintainer can.")
        expect(notice.get_by_role("region")).to_have_text(
            "SELECT carrier AS unwelcome FROM flights"
        )
        expect(page.locator(".toast")).to_have_count(0)
    assert len([one for one in posts if "unwelcome" in one]) == 1
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    copy = notice.get_by_role("button", name="Copy")
    expect(copy).to_have_attribute("data-copy", "SELECT carrier AS unwelcome FROM flights")
    notice.get_by_role("button", name="Drop it").click()
    expect(notice).to_have_count(0)
    assert page.evaluate(UNSENT) == 0


def test_a_draft_survives_a_lost_line_and_a_closed_page(window: Window, draft: Draft) -> None:
    context = window("mira")
    page = intercepted(context)
    page.goto(draft.url)
    context.set_offline(True)
    editor(page)
    page.keyboard.insert_text("SELECT carrier AS offline FROM flights")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert "offline" not in Draft.objects.get(pk=draft.pk).text
    context.set_offline(False)
    back = context.new_page()
    back.goto(draft.url)
    saved(draft, "AS offline")
    query = back.get_by_role("textbox", name="Query").and_(back.locator(".cm-content"))
    expect(query).to_contain_text("AS offline")


def test_a_large_file_survives_a_page_that_is_closed_at_once(window: Window, draft: Draft) -> None:
    """Browsers send no more than 64 kB for a page that closes."""
    context = window("mira")
    page = intercepted(context)
    page.goto(f"{draft.url}file")
    pasted = "".join(f"# line {number:06}\n" for number in range(8_000))
    page.locator(".cm-content").evaluate(PASTE, pasted)
    page.close(run_before_unload=True)
    back = context.new_page()
    back.goto(f"{draft.url}file")
    saved(draft, "# line 007999")
