"""A check that failed is shown with the first rows against it: on the run's page, over the API."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from pipelines.execution import operations
from pipelines.execution.preparation import Claim
from pipelines.runs import artifacts
from portal.accounts.models import User
from tests.pipelines.drafts.conftest import may_see_rows
from tests.pipelines.execution.test_rows_against import against, claimed
from tests.pipelines.factories import House

__all__ = ["claimed"]  # a fixture

pytestmark = pytest.mark.django_db
PANEL = 'hx-get="/runs/{}/check-rows"'


@pytest.fixture
def mira(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["mira"])
    return client


@pytest.fixture
def program(people: dict[str, User]) -> Callable[[str], APIClient]:
    def made(name: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(people[name])
        return client

    return made


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_the_page_of_a_run_shows_them_under_the_name_of_their_check(
    house: House, claimed: Claim, mira: Client, now: datetime
) -> None:
    operations.fail(claim=claimed, error=against("no <b>flight</b> twice", "<i>C1</i>"), now=now)
    may_see_rows(house)
    number = claimed.run.number
    assert PANEL.format(number) in text(mira, f"/runs/{number}/")
    shown = mira.get(f"/runs/{number}/check-rows").content.decode()
    assert "no &lt;b&gt;flight&lt;/b&gt; twice" in shown
    assert "the first 1 of 1,204 rows against it" in shown
    assert "carrier<small><code>varchar</code></small>" in shown
    assert "<td>&lt;i&gt;C1&lt;/i&gt;</td>" in shown


def test_who_may_not_see_rows_sees_how_many_there_are_and_who_can_help(
    house: House, claimed: Claim, mira: Client, now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(value="hush"), now=now)
    number = claimed.run.number
    assert "1,204 rows against it" in text(mira, f"/runs/{number}/")
    shown = text(mira, f"/runs/{number}/check-rows")
    assert "You may not see rows that come from nyc-files. Ines Costa" in shown
    assert "hush" not in shown + text(mira, f"/runs/{number}/")


def test_a_run_of_before_says_nothing_of_them(
    house: House, claimed: Claim, mira: Client, now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    artifacts.remove(claimed.against_path)
    assert "Rows against its checks" not in text(mira, f"/runs/{claimed.run.number}/")


def test_a_program_gets_them_by_check(
    house: House, claimed: Claim, program: Callable[[str], APIClient], now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    address = f"/api/v1/runs/{claimed.run.pk}/check-rows/"
    refused = program("mira").get(address)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:slipway:problem:not-allowed")
    may_see_rows(house)
    assert program("mira").get(address).json() == [
        {
            "check": "few",
            "count": 1204,
            "columns": [{"name": "carrier", "type": "VARCHAR"}],
            "rows": [["C1"]],
        }
    ]
    assert program("priya").get(address).status_code == 403
    run = program("mira").get(f"/api/v1/runs/{claimed.run.pk}/").json()
    assert set(run["attempts"][0]["checks"][0]) == {"name", "is_passed", "rows", "message"}
