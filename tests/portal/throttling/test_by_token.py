"""How many requests a minute a token may make: counted in Redis, told in every answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.test import APIClient

from portal import redis_clients
from portal.accounts.models import Team
from portal.api import Asking
from portal.throttling import counting
from portal.throttling.windows import SECONDS, window
from tests import doors
from tests.portal_places import empty_redis

Program = Callable[..., APIClient]
WHO = "/api/v1/whoami/"


@pytest.fixture(autouse=True)
def fresh(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three a minute, in a minute that does not turn while the test runs; nothing counted yet."""
    settings.REQUESTS_A_MINUTE = 3
    monkeypatch.setattr(counting.ByToken, "away_until", 0.0)
    monkeypatch.setattr(counting, "PATIENCE", 20.0)  # whoever is not counted passes
    redis_clients.client.cache_clear()
    empty_redis(url := settings.REDIS_URL)
    if (seconds := window(time.time())[1]) < 10:
        time.sleep(seconds)
    yield
    redis_clients.client.cache_clear()
    empty_redis(url)


def left(answer: object) -> tuple[str, str]:
    """Of how many how many are left."""
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= SECONDS
    return answer.headers["RateLimit-Limit"], answer.headers["RateLimit-Remaining"]


def test_every_answer_says_how_much_is_left(program: Program) -> None:
    mira = program("mira")
    assert left(mira.get(WHO)) == ("3", "2")
    refused = mira.post("/api/v1/teams/", {"name": "billing"})
    assert (refused.status_code, *left(refused)) == (403, "3", "1")
    assert left(mira.get("/api/v1/teams/no-such-team/")) == ("3", "0")


def test_beyond_the_limit_nothing_is_done_and_the_answer_says_when(program: Program) -> None:
    priya = program("priya")
    for _ in range(3):
        priya.get(WHO)
    refused = priya.post(
        "/api/v1/teams/", {"name": "billing"}, headers={"Idempotency-Key": "build-17"}
    )
    assert refused.status_code == 429
    assert refused.json()["type"] == "urn:slipway:problem:too-many"
    assert f"in {refused.headers['Retry-After']} seconds" in refused.json()["detail"]
    assert abs(int(refused.headers["Retry-After"]) - int(refused.headers["RateLimit-Reset"])) <= 1
    assert left(refused) == ("3", "0")
    assert not Team.objects.filter(name="billing").exists()


def test_each_token_is_counted_for_itself(program: Program) -> None:
    one, other = program("mira"), program("mira")
    for _ in range(4):
        last = one.get(WHO)
    assert last.status_code == 429
    assert other.get(WHO).status_code == 200


def test_people_without_a_token_are_counted_too(browser: Callable[[str], APIClient]) -> None:
    mira, jonas = browser("mira"), browser("jonas")
    for _ in range(4):
        last = mira.get(WHO)
    assert last.status_code == 429
    assert jonas.get(WHO).status_code == 200


def test_without_a_limit_nothing_is_counted(program: Program, settings: Settings) -> None:
    settings.REQUESTS_A_MINUTE = 0
    mira = program("mira")
    assert all("RateLimit-Limit" not in mira.get(WHO).headers for _ in range(5))


def test_where_redis_is_away_everybody_passes(
    program: Program, settings: Settings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"redis+socket://{tmp_path / 'nobody.sock'}?virtual_host=0"
    redis_clients.client.cache_clear()
    mira = program("mira")
    assert [mira.get(WHO).status_code for _ in range(5)] == [200] * 5


def test_no_address_of_the_api_is_left_out() -> None:
    views = {
        view.cls
        for path, view in doors.all_views()
        if path.startswith("api/v1/") and hasattr(view, "cls")
    }
    assert len(views) > 40
    assert {view for view in views if not issubclass(view, Asking)} == set()


@given(st.floats(min_value=0, max_value=4e9))
def test_a_minute_has_one_number_and_ends_ahead(now: float) -> None:
    number, left_of_it = window(now)
    assert number * SECONDS <= now < (number + 1) * SECONDS
    assert 1 <= left_of_it <= SECONDS
