"""Over the API: a plan is asked for, agreed to by its digest, and worked off in a few requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.manifests import api as manifests
from portal.manifests.models import Application
from tests.portal.manifests.conftest import GATE, TEAM
from tests.portal.manifests.folder import SOURCE, Folder

Program = Callable[..., APIClient]
PLAN, APPLICATIONS = "/api/v1/manifests/plan/", "/api/v1/applications/"


def asked(*texts: str, **more: Any) -> dict[str, Any]:
    files = [{"path": f"{number}.yaml", "text": text} for number, text in enumerate(texts)]
    return {"source": SOURCE, "files": files, **more}


def test_a_folder_goes_from_its_plan_to_nothing_left_to_do(program: Program) -> None:
    priya = program("priya")
    plan = priya.post(PLAN, asked(TEAM, GATE), format="json").json()
    assert (plan["counts"]["create"], plan["is_empty"], plan["refused"]) == (2, False, 0)
    assert plan["steps"][1]["differences"][0] == {
        "field": "team",
        "before": None,
        "after": "airline-data",
        "is_drift": False,
    }

    begun = priya.post(APPLICATIONS, asked(TEAM, GATE, digest=plan["digest"]), format="json")
    assert begun.status_code == 201
    done = priya.post(f"{APPLICATIONS}{begun.json()['id']}/work/", {}, format="json").json()

    assert (done["state"], done["position"], done["size"]) == ("done", 2, 2)
    steps = priya.get(f"{APPLICATIONS}{done['id']}/steps/").json()["results"]
    assert [(step["kind"], step["state"]) for step in steps] == [
        ("Team", "done"),
        ("Component", "done"),
    ]
    assert priya.post(PLAN, asked(TEAM, GATE), format="json").json()["is_empty"]
    kept = priya.get("/api/v1/manifests/?kind=Component").json()["results"]
    assert [(one["name"], one["file"], one["applied_by"]) for one in kept] == [
        ("gate-api", "1.yaml", "priya")
    ]


def test_mistakes_are_a_problem_with_every_place(program: Program) -> None:
    wrong = asked(TEAM.replace("Team", "Teem"), GATE.replace("tier: 2", "tier: 9"))
    answer = program("mira", "read").post(PLAN, wrong, format="json")

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["detail"].startswith("2 things need mending. First, 0.yaml, line 2, column 7: ")
    assert [(one["file"], one["line"], one["column"]) for one in problem["details"]] == [
        ("0.yaml", 2, 7),
        ("1.yaml", 6, 9),
    ]


def test_a_token_that_may_only_read_plans_and_is_told_what_it_may_not(program: Program) -> None:
    plan = program("ines", "read").post(PLAN, asked(GATE), format="json").json()
    assert "This token has no scope “write”" in plan["steps"][0]["refusals"][0]


def test_what_changed_meanwhile_is_a_conflict(program: Program) -> None:
    old = asked(TEAM, digest="sha256:of another plan")
    answer = program("priya").post(APPLICATIONS, old, format="json")
    assert (answer.status_code, answer.json()["field"]) == (409, "digest")
    assert not Application.objects.exists()


def test_a_folder_without_measure_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests.Folder, "most", 100)
    answer = program("priya").post(PLAN, asked(TEAM * 3), format="json")
    assert answer.status_code == 413
    assert "Apply a folder of each team by itself" in answer.json()["detail"]


def test_work_goes_on_where_a_request_ended(
    program: Program, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "SECONDS", 0)  # a step a request
    priya = program("priya")
    address = f"{APPLICATIONS}{folder.begin().pk}/work/"
    states = [priya.post(address, {}, format="json").json()["state"] for _ in range(3)]
    assert states == ["working", "working", "done"]


def test_an_editor_asks_for_the_schema_without_a_token(client: Client, db: None) -> None:
    answer = client.get("/api/v1/manifests/schema/")
    assert answer.status_code == 200
    assert answer.json()["$id"] == "http://testserver/api/v1/manifests/schema/"


def test_the_page_of_a_thing_says_where_it_is_kept(
    folder: Folder, browser: Callable[[str], Client]
) -> None:
    folder.apply()
    page = browser("mira").get("/components/gate-api/").content.decode()
    assert f'Kept in files: <code class="value">{SOURCE}</code>' in page
    other = browser("mira").get("/teams/airline-data/").content.decode()
    assert "Kept in files: " not in other


def test_the_page_of_files_tells_of_drift(
    folder: Folder, browser: Callable[[str], Client], program: Program
) -> None:
    folder.apply()
    mira = browser("mira")
    assert "As the files say" in mira.get("/manifests/drift", {"source": SOURCE}).content.decode()
    change = {"tier": 4}
    program("ines").patch("/api/v1/components/gate-api/", change, format="json")

    drift = mira.get("/manifests/drift", {"source": SOURCE}).content.decode()
    assert "Component gate-api was changed elsewhere: tier." in drift


def test_a_misspelt_source_or_team_is_no_all_clear(program: Program, folder: Folder) -> None:
    folder.apply()
    mira = program("mira")
    assert mira.get("/api/v1/manifests/drift/", {"source": SOURCE}).json()["steps"] == []
    for path, asked_for in (
        ("/api/v1/manifests/drift/", {"source": f"{SOURCE}x"}),
        ("/api/v1/manifests/export/", {"team": "airline-dat"}),
    ):
        answer = mira.get(path, asked_for)
        assert (answer.status_code, answer.json()["field"]) == (404, next(iter(asked_for)))
