"""Pages by keyset: nothing twice, nothing lost, whatever is added meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from observability.changes import operations as changes
from observability.changes.models import Change
from portal import pages, schema
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.models import Entry
from tests.conftest import NOW


def act(number: int) -> Entry:
    return audit.record(verb="x.y", by=None, now=NOW, kind="x", thing=number)


def change(number: int, seconds: float) -> Change:
    return changes.record(
        kind=Change.Kind.RELEASE,
        external_id=f"x:{number}",
        component=None,
        title=str(number),
        by=None,
        started_at=NOW + timedelta(seconds=seconds),
        outcome=Change.Outcome.SUCCEEDED,
    )


def walk(page: Callable[[str], pages.Page]) -> list[list[str]]:
    found, before = [], ""
    while True:
        shown = page(before)
        found.append([str(row) for row in shown.rows])
        if not (before := shown.older):
            return found


def test_html_lists_go_back_in_time(db: None) -> None:
    rows = [act(number) for number in range(5)]
    wanted = [str(row) for row in reversed(rows)]
    found = walk(lambda before: pages.newest(Entry.objects.all(), before=before, size=2))
    assert found == [wanted[:2], wanted[2:4], wanted[4:]]


def test_a_full_last_page_has_no_next(db: None) -> None:
    for number in range(4):
        act(number)
    assert pages.newest(Entry.objects.all(), size=4).older == ""


def test_what_comes_in_meanwhile_shifts_nothing(db: None) -> None:
    for number in range(4):
        act(number)
    first = pages.newest(Entry.objects.all(), size=2)
    act(99)
    second = pages.newest(Entry.objects.all(), before=first.older, size=2)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    assert len(second.rows) == 2


def test_by_a_time_that_is_not_the_order_of_writing(db: None) -> None:
    seconds = [5, 1, 3, 3, 3, 2]
    for number, at in enumerate(seconds):
        change(number, at)
    found = walk(
        lambda before: pages.newest(Change.objects.all(), before=before, size=2, by="started_at")
    )
    shown = [row for page in found for row in page]
    wanted = Change.objects.order_by("-started_at", "-pk")
    assert shown == [str(row) for row in wanted]


@pytest.mark.parametrize("before", ["x", "~", "12~x", "1e9~" + "0" * 32, "9" * 30 + "~" + "f" * 32])
def test_a_cursor_that_makes_no_sense_is_the_first_page(db: None, before: str) -> None:
    row = change(1, 1)
    assert list(pages.newest(Change.objects.all(), before=before, by="started_at").rows) == [row]
    assert list(pages.newest(Change.objects.all(), before=before).rows) == [row]


def test_the_api_walks_there_and_back(
    program: Callable[..., APIClient], people: dict[str, User]
) -> None:
    client = program("mira")
    first = client.get("/api/v1/audit/?limit=5").json()
    assert set(first) == {"next", "previous", "results"}
    second = client.get(first["next"]).json()
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_the_api_gives_two_hundred_at_most(program: Callable[..., APIClient]) -> None:
    for number in range(210):
        act(number)
    answer = program("mira").get("/api/v1/audit/?limit=200").json()
    assert len(answer["results"]) == 200
    assert answer["next"]


@pytest.mark.parametrize("limit", ["abc", "-1", "0", "201", "1000", "9" * 5000, "1.5"])
def test_another_number_of_rows_is_refused(program: Callable[..., APIClient], limit: str) -> None:
    answer = program("mira").get("/api/v1/runs/", {"limit": limit})
    assert (answer.status_code, answer.json()["field"]) == (422, "limit")
    assert answer.json()["detail"] == f"“{limit[:60]}” is no number from 1 to 200."


def test_the_reference_says_how_many_rows_there_are() -> None:
    told = schema.document()["paths"]["/api/v1/runs/"]["get"]["parameters"]
    limit = next(one["schema"] for one in told if one["name"] == "limit")
    assert limit == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}


@pytest.mark.parametrize(
    ("noun", "name", "cursor"),
    [
        ("logs", "before", "garbage"),
        ("logs", "before", "1~x"),
        ("traces", "before", "zz"),
        ("service-map", "after", "zz"),
        ("service-map", "after", "x~y"),
    ],
)
def test_a_cursor_that_no_list_gave_out_is_refused(
    program: Callable[..., APIClient], noun: str, name: str, cursor: str
) -> None:
    answer = program("mira").get(f"/api/v1/{noun}/", {name: cursor})
    assert (answer.status_code, answer.json()["field"]) == (422, name)
    assert "This list gave out no such cursor." in answer.json()["detail"]


def test_a_cursor_without_a_place_in_the_list_does_not_begin_it_anew(
    program: Callable[..., APIClient],
) -> None:
    answer = program("priya").get("/api/v1/audit/?cursor=eyJhIjoxfQ==")
    assert answer.status_code == 404
    assert "This list gave out no such cursor." in answer.json()["detail"]


@pytest.mark.parametrize("noun", ["runs", "logs/searches", "pinned-queries"])
def test_every_list_tells_its_headers_and_its_verbs_alone(
    program: Callable[..., APIClient], noun: str
) -> None:
    mira = program("mira")
    assert mira.head(f"/api/v1/{noun}/").status_code == 200
    assert mira.options(f"/api/v1/{noun}/").status_code == 200
