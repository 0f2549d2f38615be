"""What the story leaves behind, beside the delivered rows: see test_delivered_rows.py."""

from __future__ import annotations

import json
import stat
from typing import Any

import httpx

from demo import story
from demo.story import PUNCTUALITY
from tests.demo.conftest import Played

TABLES = (
    *("portal_entry", "portal_user", "portal_token", "portal_grant"),
    *("deployments_deployment", "deployments_rejection", "pipelines_run", "pipelines_delivery"),
)


def counted(played: Played) -> dict[str, int]:
    return {table: played.portal.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_playing_again_says_so_and_changes_nothing(played: Played) -> None:
    before = counted(played)
    said = played.portal.manage("demo", "--against", played.portal.address)
    assert "has been played here already" in said
    assert counted(played) == before
    account = json.loads((played.portal.data_dir / "demo.json").read_text())
    assert account == played.account


def test_an_interrupted_story_goes_on_where_it_stopped(played: Played) -> None:
    """The last acts are forgotten, as if it had been killed before it could keep them."""
    path = played.portal.data_dir / "demo_story.json"
    whole = json.loads(path.read_text())
    path.write_text(json.dumps({**whole, "acts": whole["acts"][:-1]}))
    before = counted(played)
    played.portal.manage("demo", "--against", played.portal.address)
    assert json.loads(path.read_text())["acts"] == [act.__name__ for act in story.ACTS]
    assert counted(played) == before


def test_files_with_secrets_are_for_their_owner_only(played: Played) -> None:
    for name in ("demo.json", "demo_story.json"):
        mode = stat.S_IMODE((played.portal.data_dir / name).stat().st_mode)
        assert mode == 0o600


def test_everyone_can_sign_in_with_the_password_that_is_shown(played: Played) -> None:
    for person in played.account["people"]:
        with httpx.Client(base_url=played.portal.address, trust_env=False) as browser:
            page = browser.get("/sign-in")
            token = browser.cookies["csrftoken"]
            answer = browser.post(
                "/sign-in",
                data={
                    "username": person["username"],
                    "password": person["password"],
                    "csrfmiddlewaretoken": token,
                },
            )
        assert page.status_code == 200
        assert answer.status_code == 302, person["username"]


def test_every_link_opens(played: Played) -> None:
    with httpx.Client(base_url=played.portal.address, trust_env=False) as browser:
        browser.get("/sign-in")
        mira = next(each for each in played.account["people"] if each["username"] == "mira")
        browser.post(
            "/sign-in",
            data={
                "username": "mira",
                "password": mira["password"],
                "csrfmiddlewaretoken": browser.cookies["csrftoken"],
            },
        )
        for link in played.account["links"]:
            assert browser.get(link["url"]).status_code == 200, link


def test_what_was_refused_stands_in_the_audit(played: Played) -> None:
    refused = audit(played, outcome="refused")
    assert {
        ("hannah", "deployment.request"),
        ("mira", "deployment.approve"),
        ("mira", "deployment.request"),
    } <= {(entry["actor"], entry["verb"]) for entry in refused}
    again = [entry for entry in refused if story.REJECTED in entry["reason"]]
    assert any(entry["verb"] == "deployment.request" for entry in again)


def test_production_was_agreed_to_by_someone_else(played: Played) -> None:
    approved = audit(played, verb="deployment.approve", outcome="done", component=PUNCTUALITY)
    assert {entry["actor"] for entry in approved} == {"ines", "tomas"}
    asked = played.person("mira").every(
        "deployments/", component=PUNCTUALITY, environment="production"
    )
    assert {each["requested_by"] for each in asked if each["kind"] != "rollback"} == {"mira"}


def test_the_rollback_is_linked_to_what_it_reverses(played: Played) -> None:
    facts = played.account["facts"]
    back = played.person("jonas").get(f"deployments/{facts['rollback']}/")
    assert back["reverses"] == facts["bad_deployment"]
    assert (back["kind"], back["release"], back["reason"]) == ("rollback", 1, story.ROLLED_BACK)
    assert back["requested_by"] == "tomas"


def audit(played: Played, **query: str) -> list[dict[str, Any]]:
    return list(played.person("jonas").every("audit/", **query))
