"""Everything that pages do, programs can do: each page's door has one of the API, or a reason."""

from __future__ import annotations

from tests.doors import all_doors
from tests.pairs import ALONE, PAIRS
from tests.test_permissions import TABLE

API = " /api/"
# On a page of one's own, where the API names the person: that is somebody else in the table.
ONE_S_OWN = {"POST /account/sessions/end-others", "POST /account/provider/disconnect"}


def pages() -> set[str]:
    """Doors of pages, without dialogs (asked for where they are sent to) and parts of pages."""
    doors = {door for door in all_doors() if API not in door}
    posted = {door.partition(" ")[2] for door in doors if door.startswith("POST ")}
    whole = {"/account/tokens/", "/notifications/settings/"}  # pages with a form on them
    return {
        door
        for door in doors
        if door.startswith("POST ")
        or (door.partition(" ")[2] not in posted - whole and "/panels/" not in door)
    }


def test_each_door_of_a_page_has_one_of_the_api_or_a_reason() -> None:
    found = pages()
    told = PAIRS.keys() | ALONE.keys()
    assert sorted(found - told) == [], "How does a program do this? Say it in tests/pairs.py."
    assert sorted(told - found) == [], "No page has such a door."
    assert not PAIRS.keys() & ALONE.keys()


def test_the_doors_of_the_api_are_there() -> None:
    assert sorted(set(PAIRS.values()) - set(all_doors())) == []


def test_whoever_may_act_on_a_page_may_act_by_program() -> None:
    """The permission is one rule: no page lets through whom the API keeps out."""
    wrong = [
        f"{page}: {TABLE[page][0]}, but {api}: {TABLE[api][0]}"
        for page, api in PAIRS.items()
        if page.startswith("POST ")
        and page not in ONE_S_OWN
        and not set(TABLE[page][0]) <= set(TABLE[api][0])
    ]
    assert not wrong, "\n".join(wrong)
