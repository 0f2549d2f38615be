"""Writing in the editor: what it completes, what it says as one types, and that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from tests.journeys import axe
from tests.journeys.chromium import HASTE
from tests.journeys.conftest import signed_in
from tests.journeys.drafting import editor, saved
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

Open = Callable[[str], Page]
SOON = (
    20_000  # milliseconds: saves wait for a pause in typing, names are asked for every ten seconds
)


@pytest.fixture
def desk(chromium: Browser, site: Site) -> Iterator[Open]:
    """`desk("mira")`: a page of this person. No console may complain of anything but a refusal."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def sit_down(name: str) -> Page:
        contexts.append(signed_in(chromium, site, name))
        page = contexts[-1].new_page()
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield sit_down
    for context in contexts:
        context.close()
    assert [words for words in complaints if "status of 422" not in words] == []


def offered(page: Page, label: str) -> Locator:
    """A line of the list that the editor offers."""
    return listed(page).filter(has_text=re.compile(rf"^{re.escape(label)}"))


def listed(page: Page, **more: Any) -> Locator:
    return page.get_by_role("listbox", name="Completions").get_by_role("option", **more)


def test_inputs_columns_functions_and_parameters_are_completed(desk: Open, draft: Draft) -> None:
    page = desk("mira")
    page.goto(draft.url)
    query = editor(page)
    page.keyboard.type("SELECT carr")
    expect(listed(page, selected=True)).to_have_text("carriervarchar, flights")
    assert axe.violations(page) == []  # it takes a while: keys of the first moment are typing
    page.keyboard.press("Enter")
    page.keyboard.type(", coun")
    offered(page, "count()").click()
    page.keyboard.type("*) AS n FROM fl")
    expect(offered(page, "carrier")).to_have_count(0)
    offered(page, "flightsinput").click()
    page.keyboard.type(" f WHERE f.")
    expect(listed(page)).to_have_count(2)  # its columns, and no word of SQL
    offered(page, "month").click()
    page.keyboard.type(" = $")
    offered(page, "$month").click()
    page.keyboard.type(" GROUP BY carrier")
    expect(offered(page, "carrier")).to_be_visible()
    assert axe.violations(page) == []
    page.keyboard.press("Enter")  # written out already: on to the next line
    page.keyboard.type("HAVING n > 1")
    page.keyboard.press("Escape")
    expect(query).to_contain_text("SELECT carrier, count(*) AS n FROM flights f")
    saved(draft, "WHERE f.month = $month GROUP BY carrier\n    HAVING n > 1")
    expect(page.locator("#told-query")).to_be_empty()


def test_what_is_wrong_stands_at_its_line_and_column_as_one_types(desk: Open, draft: Draft) -> None:
    page = desk("mira")
    page.goto(draft.url)
    editor(page)
    page.keyboard.insert_text("SELECT carrier,\n  mnth\nFROM flights\nWHERE month = $month")
    second = page.locator("#query .cm-line").nth(1)
    wrong = second.locator(".cm-lintRange-error")
    expect(wrong).to_have_text("mnth")
    wrong.hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text('Referenced column "mnth" not found')
    assert axe.violations(page) == []
    told = page.locator("#told-query")
    expect(told).to_contain_text('Referenced column "mnth" not found', timeout=SOON)
    rail = page.get_by_role("navigation", name="Parts")
    expect(rail.get_by_role("link", name=re.compile("Query"))).to_contain_text("1 to mend")
    told.get_by_role("link", name=re.compile("line")).click()
    expect(page.locator(".cm-activeLine")).to_have_text("mnth", timeout=SOON)  # it led there
    expect(page.locator(".cm-lintRange-error")).to_have_text("mnth", timeout=SOON)
    assert axe.violations(page) == []
    page.goto(draft.url)
    page.locator("#query .cm-line").nth(1).dblclick()
    page.keyboard.type("month")
    page.keyboard.press("Escape")
    expect(told).to_be_empty(timeout=SOON)
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


def test_a_check_is_written_with_the_columns_of_the_result(desk: Open, draft: Draft) -> None:
    page = desk("mira")
    page.goto(draft.url)
    editor(page)
    page.keyboard.insert_text(
        "SELECT carrier, count(*) AS n FROM flights WHERE month = $month GROUP BY 1"
    )
    saved(draft, "GROUP BY 1")
    page.get_by_text("Write a check").click()
    page.get_by_role("textbox", name="Name", exact=True).last.fill("every carrier flew")
    checked = editor(page, "What must not be there")
    page.keyboard.type("SELECT * FROM resu")
    offered(page, "result").click()
    page.keyboard.type(" WHERE nn = 0")
    expect(page.locator("#checks .cm-lintRange-error")).to_have_text("nn", timeout=SOON)
    assert axe.violations(page) == []
    for _ in range(len("nn = 0")):
        page.keyboard.press("Backspace")
    page.keyboard.type("n = 0")
    page.get_by_role("button", name="Add it").click()
    saved(draft, "WHERE n = 0")
    row = page.locator("#checks .fold-row", has_text="every carrier flew")
    row.locator("summary").click()
    expect(row.locator(".cm-content")).to_contain_text("WHERE n = 0")
    expect(checked.last.locator(".cm-placeholder")).to_be_visible()  # the next one is empty
    page.get_by_label("Title").fill("Busier months")  # the part comes in anew, the editor stays
    saved(draft, "Busier months")
    expect(row.locator(".cm-editor")).to_have_count(1)
    expect(row.locator("textarea")).to_be_hidden()


def test_a_draft_survives_a_browser_that_is_closed_in_the_middle_of_a_word(
    desk: Open, draft: Draft
) -> None:
    page = desk("mira")
    page.goto(draft.url)
    page.get_by_label("What it says").fill("How many flights a carrier flew.")
    editor(page)
    page.keyboard.insert_text("SELECT carrier\nFROM fligh")
    page.close(run_before_unload=True)  # as people close a tab; nothing was saved
    saved(draft, "FROM fligh")
    saved(draft, "How many flights a carrier flew.")
    back = desk("mira")
    back.goto("/")
    back.get_by_role("region", name="Your drafts").get_by_role("link", name="Busy months").click()
    expect(editor(back)).to_contain_text("FROM fligh")
    expect(back.get_by_label("What it says")).to_have_value("How many flights a carrier flew.")
    assert axe.violations(back) == []


def test_clicks_that_are_faster_than_the_server_all_count_for_what_was_clicked(
    desk: Open, site: Site, draft: Draft
) -> None:
    """Rows go and move up while the next clicks wait for their turn."""
    names = ("first", "second", "third")
    entries = [{"client": name, "destination": f"{name}-drop"} for name in names]
    operations.edit(
        draft=draft,
        change=lambda data: {**data, "spec": {**data["spec"], "deliveries": entries}},
        words="deliveries",
        seen=draft.revision,
        by=site.whole.house.developer,
        now=timezone.now(),
    )
    page = desk("mira")
    page.goto(draft.url)
    held: list[Route] = []
    page.route("**/edit", lambda route: held.extend([route]), times=1)
    with page.expect_request("**/edit"):
        page.get_by_role("button", name="Do not deliver to first").click()
    page.get_by_role("button", name="Do not deliver to second").dblclick()
    page.get_by_role("button", name="Every Monday").click()
    held[0].continue_()
    expect(page.get_by_text("Runs every Monday at 06:00")).to_be_visible(timeout=SOON)
    saved(draft, 'cron: "0 6 * * 1"')
    stands = Draft.objects.get(pk=draft.pk).text
    assert [name for name in names if f"{name}-drop" in stands] == ["third"]


def test_words_and_due_times_follow_what_is_typed_while_it_is_typed(
    desk: Open, draft: Draft
) -> None:
    page = desk("mira")
    page.goto(draft.url)
    page.get_by_label("When").fill("30 6 * * 1-5")
    page.keyboard.press("Tab")  # on to the time zone: the keyboard stays in the part
    expect(page.get_by_text("Runs Monday to Friday at 06:30")).to_be_visible(timeout=SOON)
    expect(page.locator("#next-times time")).to_have_count(5)
    page.get_by_label("When").fill("61 * * * *")
    expect(page.get_by_text("Minutes go from 0 to 59")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("Runs Monday to Friday")).to_have_count(0)
    page.get_by_label("When").fill("0 6 * * 1")
    expect(page.get_by_text("Runs every Monday at 06:00")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("button", name="Every Monday")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_label("When")).to_be_focused()
    page.get_by_label("Title").fill("Busier months")
    name = page.get_by_role("textbox", name="Name", exact=True).first
    expect(name).to_have_value("busier-months", timeout=SOON)  # it follows while one types
    expect(page.get_by_text("Its page will be /components/busier-months/")).to_be_visible()
    page.get_by_label("Title").fill("Busy months")
    saved(draft, "title: Busy months")


def test_the_dock_lies_over_nothing_that_the_keyboard_is_at(desk: Open, draft: Draft) -> None:
    page = desk("mira")
    page.set_viewport_size({"width": 1000, "height": 420})
    page.goto(f"{draft.url}file")
    editor(page, "File")
    page.keyboard.press("Control+End")
    line, dock = page.locator(".cm-activeLine"), page.locator(".dock")
    expect(line).to_have_text("")  # the last one
    page.keyboard.type("# the end")
    expect(line).to_have_text("# the end")
    page.wait_for_function(
        """() => document.querySelector(".cm-activeLine").getBoundingClientRect().bottom
        <= document.querySelector(".dock").getBoundingClientRect().top"""
    )
    page.goto(draft.url)
    page.get_by_label("Title").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        page.wait_for_timeout(60)
        focused = page.locator(":focus")
        if focused.count() and not focused.evaluate(
            "one => !!one.closest('.dock, .bar, .cm-editor')"
        ):
            assert bottom(focused) <= top(dock), focused.evaluate("one => one.outerHTML")


def top(found: Locator) -> float:
    return float(found.evaluate("one => one.getBoundingClientRect().top"))


def bottom(found: Locator) -> float:
    return float(found.evaluate("one => one.getBoundingClientRect().bottom"))


def test_two_people_at_one_draft_are_told_of_each_other(desk: Open, draft: Draft) -> None:
    mira, ines = desk("mira"), desk("ines")
    for page in (mira, ines):
        page.add_init_script(HASTE)  # each page asks every ten seconds who is here
        page.goto(draft.url)
    for page, other in ((mira, "Ines Costa"), (ines, "Mira Okafor")):
        expect(page.get_by_text(f"{other} is here, too")).to_be_visible(timeout=SOON)
    editor(mira)
    mira.keyboard.insert_text("SELECT carrier AS of_mira FROM flights")
    saved(draft, "of_mira")
    expect(ines.get_by_role("link", name="Mira Okafor saved a newer revision")).to_be_visible(
        timeout=SOON
    )
    assert axe.violations(ines) == []
    editor(ines)
    ines.keyboard.insert_text("SELECT carrier AS of_ines FROM flights")
    notice = ines.get_by_role("alert")
    expect(notice).to_contain_text("Mira Okafor saved the query meanwhile", timeout=SOON)
    expect(notice).to_contain_text("Both are kept")
    assert axe.violations(ines) == []
    notice.get_by_role("link", name="Compare the two").click()
    expect(ines.get_by_text("of_mira").first).to_be_visible()
    expect(ines.get_by_text("of_ines").first).to_be_visible()
    ines.get_by_role("button", name=re.compile("Let revision .* stand")).click()
    expect(editor(ines)).to_contain_text("of_ines")
    expect(mira.get_by_role("link", name="Ines Costa saved a newer revision")).to_be_visible(
        timeout=SOON
    )
    ines.close(run_before_unload=True)
    expect(mira.get_by_text("Ines Costa is here, too")).to_have_count(0, timeout=SOON)


def test_the_editor_fits_a_telephone_in_the_dark(window: Callable[..., Any], draft: Draft) -> None:
    page = window("mira", width=390, scheme="dark").new_page()
    page.goto(draft.url)
    editor(page)
    page.keyboard.type("SELECT carr")
    expect(listed(page, selected=True)).to_be_visible()
    assert axe.violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.insert_text("x FROM flights WHERE month = $month")
    expect(page.locator(".cm-lintRange-error")).to_have_text("carrx")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
