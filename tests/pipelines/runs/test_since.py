"""Since which deployment a place fails: the first that did after the last good run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.runs.since import fails_since
from tests.pipelines.factories import SQL, House, file, later, staged

pytestmark = pytest.mark.django_db


def ran(house: House, now: datetime, trouble: str = "") -> Run:
    """A run of what is live; it fails where there is trouble."""
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
        request_key=f"at-{now:%H-%M-%S}",
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    if trouble:
        error = EngineError(trouble, permanent=True, kind="sql")
        execution.fail(claim=claim, error=error, now=now + timedelta(seconds=1))
    else:
        assert execution.succeed(claim=claim, outcome=staged(claim), now=now)
    return Run.objects.select_related("deployment__release", "version").get(pk=run.pk)


def test_it_fails_since_the_first_version_that_did_whatever_came_after(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    good = ran(house, later(now, 1))
    house.live(file(SQL + " HAVING count(*) > 0"), now=later(now, 2))
    first = ran(house, later(now, 3), "Column fare is gone.")
    house.live(file(SQL + " HAVING count(*) > 1"), now=later(now, 4))
    again = ran(house, later(now, 5), "Column fare is gone.")
    other = ran(house, later(now, 6), "There is no table.")

    found = fails_since(first)
    assert found is not None
    assert (found.deployment, found.last_good, found.first) == (first.deployment, good, None)
    for run, is_otherwise in ((again, False), (other, True)):
        found = fails_since(run)
        assert found is not None
        assert found.is_since
        assert (found.deployment, found.first) == (first.deployment, first)
        assert found.is_otherwise is is_otherwise
