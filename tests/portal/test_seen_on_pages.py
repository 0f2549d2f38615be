"""Who saves what they saw a while ago does not undo what somebody else saved meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.forms import CheckboxInput
from django.test import Client

from pipelines.connections.models import Binding
from portal.audit.models import Entry
from tests.whole_house import Whole

Browser = Callable[[str], Client]
SEEN = re.compile(r'<input type="hidden" name="seen" value="(\w+)"')

# Each page with what the one who is faster changes, and the one who comes later.
PAGES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "/components/carrier-punctuality/edit": ({"tier": "1"}, {"title": "Late words"}),
    "/environments/production/rule": (
        {"approvals": "2", "reason": "Two look."},
        {"approvals": "0", "reason": "Late words"},
    ),
    "/environments/production/edit": ({"is_production": ""}, {"title": "Late words"}),
    "/teams/airline-data/edit": ({"description": "Flights."}, {"title": "Late words"}),
    "/people/jonas/edit": ({"email": "jonas@acme.example"}, {"full_name": "Late words"}),
    "/connections/nyc-files/edit": ({"title": "Files"}, {"description": "Late words"}),
    "/clients/acme-travel/edit": ({"contact": "The desk"}, {"title": "Late words"}),
    "/destinations/acme-drop/edit": ({"title": "The drop"}, {"title": "Late words"}),
    "/connections/nyc-files/in/staging/bind": ({"region": "eu"}, {"region": "late-words"}),
    "/catalog/sources/acme/change": ({"every_minutes": "30"}, {"branch": "late"}),
}


def opened(browser: Client, page: str) -> dict[str, str]:
    """What a browser would send back of this page."""
    answer = browser.get(page)
    form = answer.context["form"]
    shown = {field.name: field for field in form.visible_fields() if not field.field.disabled}
    values = {
        name: "on" if isinstance(field.field.widget, CheckboxInput) else str(field.value())
        for name, field in shown.items()
        if field.value() not in (None, False)
    }
    tag = SEEN.search(answer.content.decode())
    assert tag, f"{page} does not say what stood on it"
    return {**values, "seen": tag[1]}


def said(body: dict[str, str], more: dict[str, str]) -> dict[str, str]:
    """The same with other words; an empty one is a box without its tick."""
    return {name: value for name, value in (body | more).items() if value or name not in more}


@pytest.mark.parametrize("page", PAGES)
def test_of_two_who_open_a_page_the_second_one_is_told(
    page: str, whole: Whole, browser: Browser
) -> None:
    first, second = browser("priya"), browser("priya")
    sooner, later = PAGES[page]
    at_first, at_second = opened(first, page), opened(second, page)
    assert first.post(page, said(at_first, sooner)).status_code == 302
    kept = Entry.objects.filter(outcome="done").count()
    told: Any = second.post(page, said(at_second, later))
    assert told.status_code == 409
    text = told.content.decode()
    assert "meanwhile. Look at what stands there now, then change it again." in text
    for words in later.values():
        assert words in text, "what was typed is kept"
    assert Entry.objects.filter(outcome="done").count() == kept, "nothing is overwritten"
    anew = opened(second, page)
    assert second.post(page, said(anew, later)).status_code == 302, "who looks again may"


def test_of_two_who_name_the_first_place_the_second_one_is_told(
    whole: Whole, browser: Browser
) -> None:
    page = "/connections/nyc-files/in/preview/bind"
    there = Binding.objects.filter(connection__name="nyc-files", environment__name="preview")
    there.delete()
    first, second = browser("priya"), browser("priya")
    at_first, at_second = opened(first, page), opened(second, page)
    folder = {"address": str(whole.house.folder / "sources")}
    assert first.post(page, at_first | folder).status_code == 302
    assert second.post(page, at_second | folder | {"region": "eu"}).status_code == 409
    assert there.get().region == ""


def test_where_nothing_can_be_changed_the_page_still_says_so(
    whole: Whole, browser: Browser
) -> None:
    text = browser("ines").get("/catalog/sources/sent/change").content.decode()
    assert "Its file is sent" in text
    assert 'name="seen"' not in text
