"""Drafts and previews over the API, as a command line would use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from pipelines.drafts.models import Draft
from pipelines.previews import work
from pipelines.previews.models import Preview
from portal.files.writing import written as as_file
from tests.pipelines.drafts.conftest import may_see_rows
from tests.pipelines.factories import House, file

Program = Callable[..., APIClient]


def test_a_draft_is_changed_by_if_match(house: House, program: Program) -> None:
    mira, tomas = program("mira"), program("tomas")
    made = mira.post("/api/v1/drafts/", {"team": "airline-data", "title": "Busy days"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    address = f"/api/v1/drafts/{made.json()['id']}/"
    assert "name: busy-days" in made.json()["file"]
    changed = mira.put(address, {"file": as_file(file())}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["findings"] == []
    late = tomas.put(address, {"file": "a: 1"}, headers={"If-Match": '"1"'})
    assert late.status_code == 409
    assert late.json()["details"][0]["kept"] == 3
    unsaid = tomas.put(address, {"file": "a: 1"})
    assert (unsaid.status_code, unsaid.json()["field"]) == (422, "If-Match")
    assert mira.get(address).headers["ETag"] == '"2"'
    empty = {"headers": {"If-Match": ""}}
    assert tomas.put(address, {"file": "a: 1"}, **empty).json()["field"] == "If-Match"
    said = mira.put(address, {"file": as_file(file()), "revision": 2}, **empty)
    assert said.status_code == 200, "an empty header names none, and the body does"
    registered = mira.post(f"{address}register/").json()
    assert registered == {"transformation": "carrier-punctuality", "version": 1, "is_new": True}
    of_version = mira.post(
        "/api/v1/drafts/", {"team": "airline-data", "transformation": "carrier-punctuality"}
    )
    assert of_version.json()["base"] == 1
    assert (
        mira.post(f"/api/v1/drafts/{of_version.json()['id']}/discard/").json()["state"]
        == "discarded"
    )
    listed = mira.get("/api/v1/drafts/?state=discarded").json()["results"]
    assert [row["id"] for row in listed] == [of_version.json()["id"]]


def test_a_file_is_judged_without_being_kept(house: House, program: Program) -> None:
    mira = program("mira", "read")
    good = mira.post("/api/v1/drafts/validate/", {"file": as_file(file())}).json()
    assert good == {"findings": [], "is_registrable": True}
    wrong = as_file(file(sql="SELECT * FROM flihgts WHERE month = $month"))
    [finding] = mira.post("/api/v1/drafts/validate/", {"file": wrong}).json()["findings"]
    assert finding["field"] == "spec.sql"
    assert finding["line"]
    assert not Draft.objects.exists()
    unowned = mira.post("/api/v1/drafts/validate/", {"file": "a: 1"})
    assert unowned.json()["detail"] == "The file names no team."


@pytest.mark.parametrize("address", ["/api/v1/drafts/validate/", "/api/v1/previews/"])
@pytest.mark.parametrize("text", ["x", 3, "a: [", "- a"])
def test_what_is_no_file_at_all_is_not_asked_for_its_team(
    house: House, program: Program, address: str, text: object
) -> None:
    problem = program("mira").post(address, {"file": text}, format="json").json()
    assert problem["field"] == "file"
    assert problem["detail"].startswith("The file can't be read: ")
    assert "team" not in problem["detail"]


def test_a_file_is_previewed_without_being_kept(house: House, program: Program) -> None:
    mira = program("mira")
    given = {"file": as_file(file()), "parameters": {"month": 3}, "rows": 600}
    started = mira.post("/api/v1/previews/", given, format="json")
    assert started.status_code == 201, started.content
    assert started.json()["state"] == "queued"
    address = f"/api/v1/previews/{started.json()['id']}/"
    work.rehearse(preview_id=started.json()["id"], clock=timezone.now)
    found = mira.get(address).json()
    assert (found["state"], found["rows"], found["draft"]) == ("succeeded", 7, None)
    assert found["portions"] == [{"name": "flights", "rows": 600, "is_cut": True}]
    assert mira.get(f"{address}lineage/").json()[:2] == [
        {"column": "carrier", "made_of": [{"input": "flights", "column": "carrier"}]},
        {"column": "flights", "made_of": [{"input": "flights", "column": ""}]},
    ]
    assert not Draft.objects.exists()
    refused = mira.get(f"{address}rows/")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:slipway:problem:not-allowed")
    may_see_rows(house)
    rows = mira.get(f"{address}rows/").json()
    assert rows["columns"][0] == {"name": "carrier", "type": "VARCHAR"}
    assert len(rows["rows"]) == 7
    assert mira.post(f"{address}cancel/").status_code == 409


def test_what_can_not_be_previewed_is_said(house: House, program: Program) -> None:
    mira = program("mira")
    both = mira.post("/api/v1/previews/", {"rows": 5}, format="json")
    assert both.json()["detail"] == "Name a draft, or send a file."
    wrong = as_file(file(sql="SELECT * FROM flihgts WHERE month = $month"))
    assert (
        "Did you mean flights" in mira.post("/api/v1/previews/", {"file": wrong}).json()["detail"]
    )
    assert program("jonas").post("/api/v1/previews/", {"file": as_file(file())}).status_code == 403
    assert not Preview.objects.exists()


def test_all_that_is_wrong_with_a_file_is_told_at_once(house: House, program: Program) -> None:
    wrong = file(sql="SELECT * FROM flihgts WHERE month = $month")
    wrong["spec"]["checks"] = [{"name": "none", "sql": "SELECT 1 FROM reslut"}]
    problem = program("mira").post("/api/v1/previews/", {"file": as_file(wrong)}).json()
    said = " ".join(each["message"] for each in problem["details"])
    assert "flihgts" in said
    assert "reslut" in said
    assert all(each["line"] for each in problem["details"])


def test_checks_of_no_row_out_of_a_part_of_the_input_are_not_judged(
    house: House, program: Program
) -> None:
    mira = program("mira")
    given = {"file": as_file(file()), "parameters": {"month": 12}}
    said = {}
    for rows in (5, 100_000):
        asked = mira.post("/api/v1/previews/", {**given, "rows": rows}, format="json").json()
        work.rehearse(preview_id=asked["id"], clock=timezone.now)
        found = mira.get(f"/api/v1/previews/{asked['id']}/").json()
        said[rows] = (found["rows"], found["portions"][0]["is_cut"], found["is_judged"])
    assert said[5] == (0, True, False)
    assert said[100_000][1:] == (False, True)
