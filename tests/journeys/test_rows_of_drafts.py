"""Rows of a draft that come and go while others are open, and what is only sent with a button."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from tests.journeys.drafting import editor, saved
from tests.journeys.site import Site
from tests.patience import wait_for

pytestmark = pytest.mark.journey

Window = Callable[..., BrowserContext]
SOON = 20_000  # milliseconds: saves wait for a pause in typing
QUERY = "SELECT carrier, count(*) AS n FROM flights WHERE month = $month GROUP BY 1"
CHECKS = {"few": "SELECT * FROM result WHERE n < 1", "many": "SELECT * FROM result WHERE n > 9e8"}


@pytest.fixture
def checked(site: Site, draft: Draft) -> Draft:
    """With a query, a parameter that has limits, and two checks."""
    checks = [{"name": name, "sql": sql} for name, sql in CHECKS.items()]
    month = {"type": "integer", "default": 1, "minimum": 1, "maximum": 12}
    more = {"sql": QUERY, "checks": checks, "parameters": {"month": month}}
    return operations.edit(
        draft=draft,
        change=lambda data: {**data, "spec": {**data["spec"], **more}},
        words="checks",
        seen=draft.revision,
        by=site.whole.house.developer,
        now=timezone.now(),
    )


def opened(window: Window, draft: Draft) -> Page:
    page = window("mira").new_page()
    page.goto(draft.url)
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator("#checks .fold-row").filter(
        has=page.locator("summary b", has_text=name).first
    )


def said(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).text


def test_a_check_keeps_its_own_query_when_the_one_before_it_is_removed(
    window: Window, checked: Draft
) -> None:
    page = opened(window, checked)
    for name in CHECKS:
        row(page, name).locator("summary").click()
    expect(row(page, "many").locator(".cm-content")).to_contain_text("n > 9e8")
    row(page, "few").get_by_role("button", name="Remove it").click()
    expect(page.locator("#checks .fold-row")).to_have_count(1, timeout=SOON)
    left = row(page, "many")
    expect(left.locator(".cm-content")).to_have_text(CHECKS["many"])
    left.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" -- x")
    saved(checked, f"{CHECKS['many']} -- x")
    assert CHECKS["few"] not in said(checked)


def test_the_row_that_is_removed_takes_its_editor_with_it(window: Window, checked: Draft) -> None:
    page = opened(window, checked)
    row(page, "few").locator("summary").click()
    row(page, "few").get_by_role("button", name="Remove it").click()
    expect(page.locator("#checks .fold-row")).to_have_count(1, timeout=SOON)
    left = row(page, "many")
    expect(left.locator(".cm-content")).to_have_count(0)
    left.locator("summary").click()
    expect(left.locator(".cm-content")).to_have_text(CHECKS["many"])


def test_what_is_typed_into_a_check_reaches_no_other_one(window: Window, checked: Draft) -> None:
    """The one before it goes while what was typed is not saved yet."""
    page = opened(window, checked)
    for name in CHECKS:
        row(page, name).locator("summary").click()
    row(page, "many").locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" -- x")
    row(page, "few").get_by_role("button", name="Remove it").click()
    saved(checked, f"{CHECKS['many']} -- x")
    wait_for(lambda: CHECKS["few"] not in said(checked), 30, lambda: said(checked))
    assert said(checked).count("name: many") == 1


def test_a_check_that_is_called_otherwise_goes_on_in_its_row(
    window: Window, checked: Draft
) -> None:
    page = opened(window, checked)
    row(page, "many").locator("summary").click()
    row(page, "many").get_by_label("Name").fill("few")
    told = page.get_by_text("Another check is called “few” already.")
    expect(told).to_be_visible(timeout=SOON)
    row(page, "many").get_by_label("Name").fill("too many")
    saved(checked, "name: too many")
    expect(told).to_have_count(0, timeout=SOON)
    open_one = page.locator("#checks .fold-row[open]")
    open_one.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("SELECT * FROM rsult")
    expect(open_one.locator("summary")).to_contain_text("There is no input “rsult”", timeout=SOON)
    expect(page.locator("#told-checks")).to_be_empty()
    page.get_by_label("Title").fill("Busier months")  # all parts come in anew
    saved(checked, "Busier months")
    expect(row(page, "too many").locator(".cm-content")).to_have_text("SELECT * FROM rsult")
    assert said(checked).count("too many") == 1


def test_a_check_half_written_survives_what_comes_in_and_needs_a_name_of_its_own(
    window: Window, checked: Draft
) -> None:
    page = opened(window, checked)
    page.get_by_text("Write a check").click()
    page.locator("#new-check-name").fill("few")
    new = page.locator(".own-check")
    new.locator(".cm-content").click()
    page.keyboard.insert_text("SELECT * FROM result WHERE n = 7")
    page.get_by_label("Title").fill("Busier months")
    saved(checked, "Busier months")
    expect(page.locator("#draft-title")).to_have_text("Busier months", timeout=SOON)
    expect(page.locator("#new-check-name")).to_have_value("few")
    expect(new.locator(".cm-content")).to_contain_text("n = 7")
    page.locator("#new-check-name").press("Enter")
    expect(new).to_contain_text("Another check is called “few” already.", timeout=SOON)
    page.locator("#new-check-name").fill("seven")
    page.locator("#new-check-name").press("Enter")
    expect(row(page, "seven")).to_be_visible(timeout=SOON)
    expect(page.locator("#new-check-name")).to_have_value("")
    expect(new.locator(".cm-placeholder")).to_be_visible()
    expect(new).not_to_contain_text("Another check")


def test_a_value_that_is_out_of_bounds_stops_the_preview_alone(
    window: Window, checked: Draft
) -> None:
    page = opened(window, checked)
    month = page.get_by_role("spinbutton", name="month")
    month.fill("13")
    editor(page)
    page.keyboard.press("Control+End")
    page.keyboard.type(" -- more")
    saved(checked, "GROUP BY 1 -- more")
    expect(page.get_by_text("Saving…")).to_be_hidden(timeout=SOON)
    expect(month).to_have_value("13")
    page.get_by_role("button", name="Preview").click()
    told = page.locator("#part-preview .field-error")
    expect(told).to_contain_text("12", timeout=SOON)
    expect(month).to_have_value("13")
    assert not checked.previews.exists()
    month.fill("12")
    month.press("Enter")
    expect(told).to_have_count(0, timeout=SOON)
    wait_for(checked.previews.exists, 30, lambda: "no preview was asked for")
    expect(month).to_have_value("12")


def test_an_input_that_is_called_otherwise_goes_on_in_its_row_and_others_stay_closed(
    site: Site, window: Window, draft: Draft
) -> None:
    more = {"connection": "nyc-files", "path": "more.parquet"}
    operations.edit(
        draft=draft,
        change=lambda data: {
            **data,
            "spec": {**data["spec"], "inputs": {**data["spec"]["inputs"], "more": more}},
        },
        words="inputs",
        seen=draft.revision,
        by=site.whole.house.developer,
        now=timezone.now(),
    )
    page = opened(window, draft)
    page.locator("#input-more summary").click()
    row = page.locator("#inputs .fold-row[open]")
    row.get_by_label("Name in the query").fill("further")
    row.get_by_label("Path").fill("further.parquet")  # the keyboard stays in the part
    saved(draft, "further:")
    row.get_by_label("Path").press("Enter")
    saved(draft, "path: further.parquet")
    page.get_by_label("Title").fill("Busier months")
    saved(draft, "Busier months")
    expect(page.locator("#input-further")).to_have_attribute("open", "")
    page.locator("#input-flights summary").click()
    page.get_by_role("button", name="Remove flights").click()
    expect(page.locator("#input-flights")).to_have_count(0, timeout=SOON)
    expect(page.locator("#input-further")).to_have_attribute("open", "")
    expect(row).to_have_count(1)


def test_what_is_ticked_is_added_once_something_is(window: Window) -> None:
    page = opened(window, Draft.objects.get(name="carrier-punctuality"))
    form = page.locator("form[data-needs-tick]")
    add = form.get_by_role("button", name="Add what is ticked")
    for tick in form.get_by_role("checkbox").all():
        tick.uncheck()
    expect(add).to_be_disabled()
    form.get_by_role("checkbox").first.check()
    expect(add).to_be_enabled()


def test_controls_of_contract_and_checks_stand_level_and_are_not_cut(
    site: Site, window: Window, checked: Draft
) -> None:
    columns = [{"name": "at", "type": "timestamp with time zone"}]
    operations.edit(
        draft=checked,
        change=lambda data: {**data, "spec": {**data["spec"], "contract": {"columns": columns}}},
        words="contract",
        seen=checked.revision,
        by=site.whole.house.developer,
        now=timezone.now(),
    )
    page = opened(window, checked)
    kind = page.get_by_label("Type of at")
    assert kind.evaluate("one => one.scrollWidth <= one.clientWidth")
    ticks = page.locator("#contract tbody input[type=checkbox]")
    assert len({middle(one) for one in ticks.all()}) == 1
    summary = page.locator(".own-check summary")
    assert abs(middle(summary.locator("svg")) - middle(summary)) <= 1
    label = summary.evaluate(
        """one => {
          const range = document.createRange();
          range.selectNodeContents(one.lastChild);
          const { top, bottom } = range.getBoundingClientRect();
          return (top + bottom) / 2;
        }"""
    )
    assert abs(label - middle(summary)) <= 1


def middle(found: Locator) -> float:
    script = "one => { const at = one.getBoundingClientRect(); return (at.top + at.bottom) / 2; }"
    return round(float(found.evaluate(script)), 1)
