"""What attempts used, by team and client: the question of docs/decisions/costs-by-version.md."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from launch.places import ROOT
from pipelines.connections import operations as connections
from pipelines.engines.base import EngineError, Usage
from pipelines.execution import operations
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import Team
from portal.catalog import operations as catalog
from tests.pipelines.factories import SQL, House, file, later, staged

pytestmark = pytest.mark.django_db

ACME = file()["spec"]["deliveries"][0]


def asked(now: datetime) -> dict[tuple[str, str], tuple[float, int]]:
    """CPU seconds and attempts of the day, as the page asks for them."""
    page = (ROOT / "docs" / "decisions" / "costs-by-version.md").read_text()
    (question,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    day = {"start": now - timedelta(hours=1), "end": now + timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(question, day)
        return {(row[0], row[1]): (round(row[2], 3), row[4]) for row in cursor.fetchall()}


def attempted(house: House, key: str, now: datetime, *, failing: float | None = None) -> Run:
    """A run with one attempt: 0.01 s of CPU and good, or so many and broken for good."""
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key=key,
    )
    claim = operations.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    if failing is None:
        assert operations.succeed(claim=claim, outcome=staged(claim), now=now)
    else:
        used = Usage(failing, failing, 1)
        error = EngineError("It broke.", permanent=True, kind="sql", usage=used)
        operations.fail(claim=claim, error=error, now=now)
    return run


def with_deliveries(number: int, *deliveries: dict[str, Any]) -> dict[str, Any]:
    return file(SQL + f" HAVING count(*) > {number}", deliveries=list(deliveries))


def test_what_was_used_is_told_by_team_and_client(
    house: House, finance_data: Team, now: datetime
) -> None:
    """Whatever is live now, whoever answers now, and where nothing was delivered, too."""
    globex = connections.create_client(
        name="globex", title="Globex", team=house.team, by=house.owner, now=now
    )
    drops = [
        connections.create_destination(
            name=name, kind="directory", client=client, team=house.team, by=house.owner, now=now
        )
        for name, client in (("globex-drop", globex), ("acme-second", house.client))
    ]
    for thing in (globex, *drops):
        connections.give(
            thing=thing, team=house.team, use="use", by=house.owner, now=now, reason=""
        )
    second = {"client": "globex", "destination": "globex-drop", "format": "csv", "path": "a.csv"}
    house.live(now=now)
    attempted(house, "alone", now)
    attempted(house, "broken", now, failing=2.0)  # nothing to deliver, and it cost more
    house.live(
        with_deliveries(0, ACME, {**ACME, "destination": "acme-second"}, second), now=later(now, 1)
    )
    attempted(house, "shared", later(now, 2), failing=1.0)  # half for each, though Acme has two
    house.live(with_deliveries(1), now=later(now, 3))
    attempted(house, "inside", later(now, 4), failing=4.0)
    catalog.hand_over(
        component=house.component(),
        to=finance_data,
        confirm="carrier-punctuality",
        by=house.owner,
        now=later(now, 5),
        reason="They run it.",
    )
    assert asked(now) == {
        ("airline-data", "acme-travel"): (2.51, 3),
        ("airline-data", "globex"): (0.5, 1),
        ("airline-data", ""): (4.0, 1),
    }
    assert asked(now + timedelta(days=2)) == {}
