"""The grid: a column for each due time, whatever became of it; paged by due time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from deployments.releases import operations as releases
from deployments.rollouts.models import Live
from pipelines.acceptances import operations as acceptances
from pipelines.engines.base import CheckOutcome, EngineError
from pipelines.execution import operations as execution
from pipelines.grid import cells, queries
from pipelines.grid.cells import Grid, Seen, SeenRun
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.schedules import operations as schedules
from pipelines.schedules.models import Schedule
from tests.pipelines.factories import House, staged
from tests.pipelines.schedules.conftest import scheduled

SIX = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def good(run: Run, now: datetime) -> None:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    assert execution.succeed(claim=claim, outcome=staged(claim), now=now)


def bad(run: Run, now: datetime) -> None:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    against = (CheckOutcome("no flight counted twice", False, "1 row against it", 1),)
    error = EngineError("A check failed.", permanent=True, kind="check", checks=against)
    execution.fail(claim=claim, error=error, now=now)


@pytest.fixture
def lived(house: House, now: datetime) -> Schedule:
    """Good, failed, two left out, one late that still waits, the next one ahead."""
    row = scheduled(house, now=now)
    for day, end in enumerate((good, bad)):
        schedules.tick(now=SIX + day * DAY)
        end(Run.objects.get(logical_at=SIX + day * DAY), SIX + day * DAY)
    schedules.tick(now=SIX + 4.5 * DAY)
    row.refresh_from_db()
    return row


def page(row: Schedule, **more: object) -> queries.Page:
    return queries.page(row.transformation, row.environment, row, **{"before": None, **more})


def shown(grid: Grid, row: int = 0) -> list[str]:
    return [cell.seen.word if cell.seen else cell.kind for cell in grid.rows[row].cells]


def test_what_became_of_each_due_time(lived: Schedule) -> None:
    grid = page(lived).grid
    assert [row.name for row in grid.rows] == ["Run", "no flight counted twice", "Acme Travel"]
    assert shown(grid) == ["Succeeded", "Failed", "gap", "gap", "Queued", "ahead"]
    assert shown(grid, 1) == ["Passed", "Not passed", "none", "none", "none", "none"]
    assert shown(grid, 2) == ["Queued", "none", "none", "none", "none", "none"]
    assert [column.local for column in grid.columns][:2] == ["Sat 21 Nov 06:00", "Sun 22 Nov 06:00"]
    assert grid.columns[2].gap
    assert grid.columns[2].gap.why == "Slipway was down."
    assert grid.rows[0].cells[2].words == "Mon 23 Nov 06:00: no run. Slipway was down."


def test_accepted_and_rejected_since(lived: Schedule, house: House, now: datetime) -> None:
    failed = Run.objects.get(state="failed")
    acceptances.accept(run=failed, by=house.developer, now=now, reason="A holiday.")
    releases.reject(release=Live.objects.get().release, reason="No.", by=house.owner, now=now)
    grid = page(lived).grid
    assert shown(grid)[:2] == ["Rejected since", "Failed, accepted"]
    said = f"Sun 22 Nov 06:00: run {failed.number}, failed, accepted"
    assert grid.rows[0].cells[1].words == said


def test_pages_meet_without_gap_or_overlap(lived: Schedule) -> None:
    found: list[datetime] = []
    before: datetime | None = None
    for _ in range(5):
        one = page(lived, before=before, size=2)
        found = [column.at for column in one.grid.columns if not column.is_ahead] + found
        if not one.older:
            break
        before = datetime.fromisoformat(one.older)
    assert found == [SIX + number * DAY for number in range(5)]


def test_the_newest_of_several_with_other_parameters(lived: Schedule, house: House) -> None:
    again = runs.start(
        transformation=lived.transformation,
        environment=lived.environment,
        parameters={"month": 7},
        logical_at=SIX,
        by=house.developer,
        now=SIX,
    )
    column = page(lived).grid.columns[0]
    assert column.run
    assert (column.run.number, column.run.others) == (again.number, 1)


def test_labels_of_days_keep_apart() -> None:
    seen = Seen("good", "good", "Succeeded")
    runs = [_run(number, SIX + number * timedelta(hours=8), seen) for number in range(12)]
    grid = cells.build(runs=runs, gaps=[], ahead=None, timezone="UTC")
    labels = [(number, column.label) for number, column in enumerate(grid.columns) if column.label]
    assert labels == [(0, "21 Nov"), (4, "22 Nov"), (8, "23 Nov")]
    assert grid.columns[11].late_by == "2 h 12 m"
    made_up = [replace(run, is_made_up=True) for run in runs]
    grid = cells.build(runs=made_up, gaps=[], ahead=None, timezone="UTC")
    assert grid.columns[11].late_by == "", "a backfill is late by its nature"
    assert [column.bar for column in grid.columns[:2]] == [20.0, 20.0]


def _run(number: int, at: datetime, state: Seen) -> SeenRun:
    return SeenRun(
        number=number,
        logical_at=at,
        state=state,
        seconds=3.0,
        started_at=at + timedelta(hours=2, minutes=12),
        message="",
        reason="",
        version="v1",
    )


def test_the_page_says_it_in_words_and_offers_what_one_may(
    lived: Schedule, browser: Callable[[str], Client]
) -> None:
    address = "/components/carrier-punctuality/grid?environment=staging"
    text = browser("mira").get(address).content.decode()
    failed = Run.objects.get(state="failed")
    assert f'href="/runs/{failed.number}/accept"' in text
    assert 'aria-label="Sun 22 Nov 06:00: run ' in text
    assert "backfill?environment=staging&amp;start=2026-11-23T06%3A00" in text
    looking = browser("jonas").get(address).content.decode()
    assert "/accept" not in looking
    assert "Run again" not in looking


def test_without_a_schedule_it_teaches(house: House, now: datetime, browser: Callable) -> None:
    house.live(now=now)
    text = browser("mira").get("/components/carrier-punctuality/grid").content.decode()
    assert "No schedule in this environment" in text
    assert "development" not in text


def test_it_is_asked_again_only_for_what_is_new(
    lived: Schedule, browser: Callable[[str], Client]
) -> None:
    client, is_part = browser("mira"), {"HX-Request": "true"}
    address = "/components/carrier-punctuality/grid?environment=staging"
    first = client.get(address, headers=is_part)
    assert first.status_code == 200
    seen = first.headers["X-Seen"]
    assert client.get(f"{address}&seen={seen}", headers=is_part).status_code == 204
