"""The pages ask the database as often for many uses and paths as for few."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.golden_paths.models import PathRun
from tests.portal.golden_paths.world import JAM, World

# How many queries each page makes: one more is a reason to ask why.
PAGES = {
    "/golden-paths/": 7,
    "/golden-paths/panel": 4,
    "/golden-paths/runs/": 6,
    "/golden-paths/runs/?whose=mine": 5,
    "/golden-paths/jam/": 9,
    "/golden-paths/jam/start": 6,
    "/golden-paths/runs/{number}/": 8,
    "/golden-paths/runs/{number}/undo": 8,
}


def counted(client: Client, run: PathRun) -> dict[str, int]:
    found = {}
    for page in PAGES:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = client.get(page.format(number=run.number))
        assert answer.status_code == 200, page
        found[page] = len(seen)
    return found


def test_queries_do_not_grow_with_the_data(world: World, browser: Callable[[str], Client]) -> None:
    run = world.done()
    mira = browser("mira")
    mira.get("/golden-paths/")
    before = counted(mira, run)
    for number in range(6):
        world.publish(JAM.replace("name: jam", f"name: jam-{number}"))
        world.start(fruit="pear")
        mira.post("/golden-paths/jam/start", {"fruit": "quince"})
    after = counted(mira, run)
    assert after == before
    assert before == PAGES
