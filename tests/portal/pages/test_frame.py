"""What stands around every page: the same for everyone is rendered once, the rest for each."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, TemplateDoesNotExist
from django.test import Client
from django.utils.safestring import mark_safe

from portal import frame
from portal.accounts.models import User
from tests.whole_house import Whole

SHEET = re.compile(r'<dialog[^>]*id="shortcuts".*?</dialog>', re.DOTALL)
RAIL = re.compile(r'<nav class="rail".*?</nav>', re.DOTALL)
HERE = re.compile(r'data-go="(\w)" aria-current="page"')


@pytest.mark.parametrize("address", ["/", "/connections/", "/connections/nyc-files/", "/runs/"])
def test_the_sheet_of_keys_is_the_same_on_every_page(
    whole: Whole, people: dict[str, User], client: Client, address: str
) -> None:
    client.force_login(people["mira"])
    sheet = SHEET.search(client.get(address).content.decode())
    assert sheet is not None
    for place in frame.places():
        assert f"<dt>{place.label}</dt><dd><kbd>g</kbd> <kbd>{place.key}</kbd>" in sheet[0]


def test_each_page_stands_at_its_place_in_the_rail(
    whole: Whole, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["mira"])
    for address, key in (("/", "h"), ("/runs/", "r"), ("/teams/", "t"), ("/", "h")):
        rail = RAIL.search(client.get(address).content.decode())
        assert rail is not None
        assert HERE.findall(rail[0]) == [key]


def test_what_is_rendered_once_knows_neither_request_nor_person(people: dict[str, User]) -> None:
    page = Template('{% once "_palette.html" %}')
    for person in ("mira", "ines"):
        shown = page.render(Context({"request": {"user": people[person]}}))
        assert 'data-user=""' in shown


def test_a_text_that_is_safe_is_another_than_one_that_is_not() -> None:
    page = Template('{% icon "book" label %}')
    label = "A & B"
    assert 'aria-label="A & B"' in page.render(Context({"label": mark_safe(label)}))
    assert 'aria-label="A &amp; B"' in page.render(Context({"label": label}))


def test_what_can_not_be_told_apart_is_refused() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        Template('{% once "_palette.html" rows=rows %}').render(Context({"rows": []}))
    with pytest.raises(TemplateDoesNotExist):
        Template('{% once "_no_such.html" %}').render(Context())
