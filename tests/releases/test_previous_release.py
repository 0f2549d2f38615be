"""While an update is under way the release before works on the database of this one.

The release before is the newest code that wrote the released API (`manage.py release_api`) and has
other migrations than this one.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest

from launch.places import ROOT
from portal.reference.releasing import RELEASED
from tests.api_house import House, build
from tests.patience import wait_for
from tests.portal_process import Portal

LEFT_BEHIND = ("tests", "docs")  # of no use to a running Slipway


def git(*arguments: str) -> bytes:
    # who owns the checkout does not matter for reading it
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


def _has_other_migrations(commit: str) -> bool:
    """Whether its tables are not ours: the newest of those is what an upgrade comes from."""
    pattern = ":(glob)*/migrations/*.py"
    return git("diff", "--name-only", commit, "--", pattern).strip() != b""


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its code, in a folder of its own."""
    folder = tmp_path_factory.mktemp("before")
    name = str(RELEASED.relative_to(ROOT))
    releases = git("log", "--format=%H", "--", name).decode().split()
    assert releases, f"{name} was never committed"
    commit = next(filter(_has_other_migrations, releases), releases[0])
    left_out = [f":(exclude){name}" for name in LEFT_BEHIND]
    packed = git("archive", commit, ".", *left_out)
    subprocess.run(["tar", "--extract", "--directory", folder], input=packed, check=True)
    return folder


@pytest.fixture(scope="module")
def house(release_before: Path) -> Iterator[House]:
    """All of its processes, on a database that this release has migrated."""
    portal = Portal.start(with_pages=True, code=release_before)
    try:
        house = build(portal)
        with closing(house.api):
            yield house
    finally:
        portal.stop()


def test_it_is_ready(house: House) -> None:
    answer = httpx.get(f"{house.portal.address}/readyz")
    assert answer.status_code == 200, answer.text


def test_a_run_that_it_is_asked_for_is_delivered(house: House) -> None:
    run = house.post(
        "/runs/", transformation="tiny", environment="staging", parameters={"number": 7}
    )
    with psycopg.connect(house.portal.database_url, autocommit=True) as database:
        wait_for(
            lambda: (
                database.execute(
                    "SELECT count(*) FROM pipelines_delivery WHERE state = 'delivered'"
                    " AND run_id = %s",
                    [run["id"]],
                ).fetchone()
                == (1,)
            ),
            60,
            house.portal.logs,
        )
    assert house.get(f"/runs/{run['id']}/")["state"] == "succeeded"


def test_a_person_signs_in_and_sees_the_run(house: House) -> None:
    house.post("/users/", username="mira", full_name="Mira Okafor", email="mira@example.com")
    password = "a long way down to the water"
    house.post("/users/mira/password/", password=password)
    with httpx.Client(base_url=house.portal.address, follow_redirects=True) as browser:
        browser.get("/sign-in")
        given = {"username": "mira", "password": password}
        headers = {"X-CSRFToken": browser.cookies["csrftoken"], "Referer": house.portal.address}
        answer = browser.post("/sign-in", data=given, headers=headers)
        assert answer.status_code == 200, answer.text[:500]
        page = browser.get("/runs/")
    assert page.status_code == 200
    assert "tiny" in page.text
