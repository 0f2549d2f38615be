"""A page asks the database as often for fifty rows as for five."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deployments.rollouts import operations as rollouts
from pipelines.backfills import operations as backfills
from pipelines.runs import operations as runs
from portal.accounts.models import User
from tests.conftest import NOW
from tests.pipelines.factories import SQL, file, later
from tests.whole_house import Whole

# How many queries each page makes: one more is a reason to ask why.
PAGES = {
    "/": 22,
    "/search?q=carrier": 5,
    "/palette?q=roll+back+carrier&at=/components/carrier-punctuality/": 16,
    "/components/": 19,
    "/components/?q=carrier&live=staging&runs=failing&mine=1&sort=tier": 19,
    "/components/carrier-punctuality/": 7,
    "/components/carrier-punctuality/panels/now": 13,
    "/components/carrier-punctuality/panels/runs": 8,
    "/components/carrier-punctuality/panels/changes": 6,
    "/components/carrier-punctuality/panels/versions": 10,
    "/components/carrier-punctuality/panels/schedule": 7,
    "/components/carrier-punctuality/grid?environment=preview": 16,
    "/components/carrier-punctuality/backfill?environment=preview": 13,
    "/backfills/": 4,
    "/components/carrier-punctuality/runs/": 8,
    "/components/carrier-punctuality/deployments/": 8,
    "/components/carrier-punctuality/versions/": 13,
    "/components/carrier-punctuality/audit/": 6,
    "/deployments/": 14,
    "/runs/": 6,
    "/changes/": 6,
    "/dora/?team=": 20,
    "/components/carrier-punctuality/panels/dora": 14,
    "/audit/": 4,
    "/notifications/": 6,
    "/notifications/panel": 3,
    "/notifications/settings/": 14,
    "/feedback/": 4,
}


def test_queries_do_not_grow_with_the_data(whole: Whole, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["ines"])
    due(whole, -1)
    before = counted(client)
    more(whole)
    after = counted(client)
    assert after == before
    too_many = {path: count for path, count in after.items() if count > PAGES[path]}
    assert too_many == {}


def counted(client: Client) -> dict[str, int]:
    return {path: _count(client, path) for path in PAGES}


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def due(whole: Whole, second: int) -> None:
    """A run that has a due time, as its schedule starts it."""
    runs.start(
        transformation=whole.component.transformation,
        environment=whole.backfill.environment,
        parameters={},
        logical_at=later(NOW, second),
        by=None,
        now=NOW,
    )


def more(whole: Whole) -> None:
    """Four more of everything that these pages list."""
    component, house = whole.component, whole.house
    for number in range(4):
        now = later(NOW, 60 + number)
        house.register(file(SQL + f" LIMIT {90 + number}"), now=now)
        given: dict[str, Any] = {"environment": house.environment, "by": house.developer}
        runs.start(
            transformation=component.transformation,
            parameters={"month": number + 1},
            request_key=f"more-{number}",
            now=now,
            **given,
        )
        due(whole, number)
        backfills.start(
            transformation=component.transformation,
            environment=whole.backfill.environment,
            start_at=later(NOW, -86_400 * 30),
            end_at=NOW,
            by=house.developer,
            now=now,
            reason="More of it.",
        )
    rollouts.pause(
        component=component,
        environment=house.environment,
        reason="More of it.",
        by=house.owner,
        now=later(NOW, 90),
    )
