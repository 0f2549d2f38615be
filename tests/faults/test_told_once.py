"""A run fails, with retries, while workers die: its owner gets one mail, and later one more."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import pytest

from tests.api_house import House
from tests.patience import wait_for
from tests.receivers import Mailbox

pytestmark = pytest.mark.fault
PASSWORD = "a long way down to the water"
PATIENCE = 90.0


def owner(house: House, post: Mailbox) -> None:
    """A member of the team who has shown that the address is theirs; over the API."""
    house.post("/users/", username="olga", full_name="Olga Berg", password=PASSWORD)
    house.post("/teams/bench/members/", user="olga", role="developer")
    with httpx.Client(base_url=house.api.base_url, auth=("olga", PASSWORD), timeout=30) as olga:
        token = olga.post("/tokens/", json={"name": "me", "scopes": ["read", "write"]}).json()
        olga.auth = None  # type: ignore[assignment]
        olga.headers["Authorization"] = f"Bearer {token['secret']}"
        asked = olga.post("/notifications/address/", json={"address": "olga@example.com"})
        assert asked.status_code == 200, asked.text
        wait_for(lambda: post.mails, PATIENCE, house.portal.logs)
        (mail,) = post.mails
        found = re.search(r"token=(\S+)", mail.get_body(("plain",)).get_content())
        assert found
        confirmed = olga.post("/notifications/confirm/", json={"token": found[1]})
        assert confirmed.json()["is_mailed"], confirmed.text
    post.clear()


def run(house: House, number: int) -> str:
    asked = house.post(
        "/runs/", transformation="tiny", environment="staging", parameters={"number": number}
    )
    return str(asked["id"])


def ended(house: House, run_id: str) -> dict[str, Any]:
    is_over = "SELECT state IN ('failed', 'succeeded') FROM pipelines_run WHERE id = %s"
    house.portal.wait_until(is_over, run_id, seconds=PATIENCE)
    return house.get(f"/runs/{run_id}/")


def test_its_owner_is_told_once_that_it_fails_and_once_that_it_works(
    house: House, post: Mailbox
) -> None:
    owner(house, post)
    portal = house.portal
    portal.processes["zygote"].kill()  # no sandbox: each try fails, and is tried again
    dying = portal.restart("control", SLIPWAY_FAILPOINTS="portal.events.folded=kill")
    failed = ended(house, run(house, 7001))
    assert failed["state"] == "failed"
    assert len(failed["attempts"]) == 3
    assert dying.wait_until_dead() == -9  # in the very transaction that folds
    assert post.mails == []
    dying = portal.restart("deliveries", SLIPWAY_FAILPOINTS="portal.message.claimed=kill")
    portal.restart("control")
    assert dying.wait_until_dead() == -9  # with the mail in its hands
    portal.flush_redis()
    portal.restart("deliveries")
    wait_for(lambda: post.mails, PATIENCE, portal.logs)
    again = ended(house, run(house, 7002))  # the same matter
    assert again["state"] == "failed"
    time.sleep(2.5)  # a sweep or two
    assert post.subjects == ["tiny fails in staging"]
    text = post.mails[0].get_body(("plain",)).get_content()
    assert failed["attempts"][0]["message"] in text
    assert re.search(r"Since \d+ \w{3} \d\d:\d\d UTC, 1 run\.", text)
    assert f"/runs/{failed['number']}/" in text
    portal.restart("zygote")
    assert ended(house, run(house, 7003))["state"] == "succeeded"
    wait_for(lambda: len(post.mails) > 1, PATIENCE, portal.logs)
    assert post.subjects[1].startswith("tiny works again in staging after ")
    assert len(post.mails) == 2
