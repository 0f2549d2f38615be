"""The page of a run that fails since a deployment leads back to what ran well before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from tests.pipelines.factories import SQL, House, file, staged

pytestmark = pytest.mark.django_db
BACK = "/components/carrier-punctuality/in/staging/roll-back?to=v1+with+c1"


def ran(house: House, at: datetime, *, well: bool) -> Run:
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={"month": 1},
        by=house.developer,
        now=at,
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=at)
    assert claim
    if well:
        assert execution.succeed(claim=claim, outcome=staged(claim, b"some rows"), now=at)
    else:
        broken = EngineError("It broke.", permanent=True, kind="sql")
        execution.fail(claim=claim, error=broken, now=at)
    run.refresh_from_db()
    return run


@pytest.fixture
def failed(house: House, now: datetime) -> Run:
    """v1 ran well; v2 does not."""
    house.live(now=now)
    ran(house, now, well=True)
    later = now + timedelta(minutes=5)
    house.live(file(SQL + " HAVING count(*) > 1"), now=later)
    return ran(house, later + timedelta(minutes=1), well=False)


def page(browser: Callable[[str], Client], who: str, run: Run) -> str:
    return str(browser(who).get(f"/runs/{run.number}/").content.decode())


def test_it_offers_the_pair_that_ran_well(failed: Run, browser: Callable[[str], Client]) -> None:
    shown = page(browser, "ines", failed)
    assert "It fails since v2 → staging" in shown
    assert f'href="{BACK}"' in shown
    dialog = browser("ines").get(BACK).content.decode()
    assert 'value="v1 with c1" checked' in dialog


def test_not_to_those_who_may_not(failed: Run, browser: Callable[[str], Client]) -> None:
    assert BACK not in page(browser, "jonas", failed)


def test_not_once_something_else_is_live(
    failed: Run, house: House, now: datetime, browser: Callable[[str], Client]
) -> None:
    house.live(file(SQL + " HAVING count(*) > 2"), now=now + timedelta(hours=1))
    shown = page(browser, "ines", failed)
    assert BACK not in shown
    assert "v3 with c1 is live there now" in shown
