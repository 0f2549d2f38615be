"""What is wrong with a check stands in its row; a row is its check's, whatever moves around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from pipelines.drafts import queries
from pipelines.drafts.models import Draft
from pipelines.transformations.outline import Outline
from portal.errors import Refused
from portal.files import document
from tests.pipelines.factories import House

Browser = Callable[[str], Client]
Post = Callable[..., Draft]
RIGHT = "SELECT * FROM result WHERE flights < 1"


@pytest.fixture
def checked(written: Draft, post: Post) -> Draft:
    for name, sql in (("few", RIGHT), ("many", "SELECT *\nFROM rsult"), ("none", RIGHT)):
        written = post(written, "check", number="", name=name, sql=sql)
    return written


def checks(draft: Draft) -> dict[str, str]:
    outline = Outline(document.read(queries.draft(draft.number).text).data)
    return {check["name"]: check["sql"].strip() for _, check in outline.items("spec", "checks")}


def summaries(client: Client, draft: Draft) -> list[str]:
    page = client.get(draft.url).content.decode()
    found = re.findall(r'<summary class="row" id="check-is-.*?</summary>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in found]


def test_what_is_wrong_stands_in_the_row_of_its_check_and_nowhere_else(
    checked: Draft, browser: Browser
) -> None:
    few, many, _ = summaries(browser("mira"), checked)
    assert "There is no input" not in few
    assert "many line 2: There is no input “rsult”" in many
    page = browser("mira").get(checked.url).content.decode()
    assert '<div class="told" id="told-checks" aria-live="polite"></div>' in page


def test_the_review_names_the_check_and_counts_lines_in_its_query(
    checked: Draft, browser: Browser
) -> None:
    page = browser("mira").get(f"{checked.url}review").content.decode()
    assert "<b>Check “many”</b> There is no input “rsult”" in page
    assert re.findall(r'<span class="row-end">(line \d+)</span>', page) == ["line 2"]


def test_a_second_check_of_one_name_is_refused_beside_the_name(
    checked: Draft, browser: Browser, post: Post
) -> None:
    given = {"edit": "check", "number": "", "name": "few", "sql": "SELECT 1", "seen": "99"}
    given["seen"] = str(checked.revision)
    htmx = {"HTTP_HX_REQUEST": "true"}
    answer = browser("mira").post(f"{checked.url}edit", given, **htmx)
    assert answer.status_code == 422
    assert 'id="check-named-" role="alert" hx-swap-oob="morph"' in answer.content.decode()
    assert "Another check is called “few” already." in answer.content.decode()
    plain = browser("mira").post(f"{checked.url}edit", given)
    assert (plain.status_code, "called “few” already" in plain.content.decode()) == (422, True)
    with pytest.raises(Refused, match="called “few” already"):
        post(checked, "check", number="1", was="many", name="few", sql="SELECT 1")
    assert checks(checked)["few"] == RIGHT


@pytest.mark.parametrize("stale", ["0", "1", "9"])
def test_an_edit_finds_its_check_by_name_wherever_it_stands_by_now(
    checked: Draft, post: Post, stale: str
) -> None:
    draft = post(checked, "check.remove", number="0", was="few")
    draft = post(draft, "check", number=stale, was="none", name="nothing", sql="SELECT 2")
    assert checks(draft) == {"many": "SELECT *\nFROM rsult", "nothing": "SELECT 2"}
    draft = post(draft, "check.remove", number=stale, was="nothing")
    assert list(checks(draft)) == ["many"]


def test_a_row_that_moved_takes_no_name_of_another(checked: Draft, post: Post) -> None:
    draft = post(checked, "check.remove", number="0", was="few")  # "none" stands at 1 now
    with pytest.raises(Refused, match="called “none” already"):
        post(draft, "check", number="1", was="many", name="none", sql="SELECT 1")


@pytest.mark.parametrize("edit", ["check", "check.remove"])
def test_an_edit_of_a_check_that_is_gone_changes_no_other_one(
    checked: Draft, post: Post, edit: str
) -> None:
    draft = post(checked, "check.remove", number="0", was="few")
    late: dict[str, Any] = {"number": "0", "was": "few", "name": "few", "sql": "SELECT 3"}
    assert list(checks(post(draft, edit, **late))) == ["many", "none"]


def test_a_check_whose_name_is_emptied_keeps_it_until_it_has_another(
    house: House, checked: Draft, post: Post
) -> None:
    draft = post(checked, "check", number="0", was="few", name="", sql=RIGHT)
    assert list(checks(draft)) == ["few", "many", "none"]
