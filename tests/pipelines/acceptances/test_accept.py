"""A failure that may stand: said with a reason, taken back, gone when it fails anew."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.acceptances import operations, queries
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.runs.waiting import needs_of
from portal.accounts.models import User
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db


def fail(run: Run, now: datetime) -> Run:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    execution.fail(claim=claim, error=EngineError("No.", permanent=True, kind="sql"), now=now)
    run.refresh_from_db()
    return run


@pytest.fixture
def failed(house: House, now: datetime) -> Run:
    house.live(now=now)
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    return fail(run, now)


def test_it_waits_for_nobody_any_more_until_that_is_taken_back(
    failed: Run, house: House, now: datetime
) -> None:
    assert len(needs_of(house.developer, now)) == 1
    operations.accept(run=failed, by=house.developer, now=now, reason="A holiday.")
    assert needs_of(house.developer, now) == []
    operations.undo(run=failed, by=house.developer, now=now)
    assert len(needs_of(house.developer, now)) == 1
    assert queries.acceptance(failed) is None


def test_executed_again_it_counts_anew(failed: Run, house: House, now: datetime) -> None:
    operations.accept(run=failed, by=house.developer, now=now, reason="A holiday.")
    runs.again(run=failed, with_version="live", by=house.developer, now=now, reason="Perhaps.")
    assert queries.acceptance(fail(failed, now)) is None
    assert len(needs_of(house.developer, now)) == 1


def test_only_what_did_not_end_well_and_once(failed: Run, house: House, now: datetime) -> None:
    with pytest.raises(Refused, match="Say why"):
        operations.accept(run=failed, by=house.developer, now=now, reason=" ")
    operations.accept(run=failed, by=house.developer, now=now, reason="A holiday.")
    with pytest.raises(Moved, match="accepted already"):
        operations.accept(run=failed, by=house.developer, now=now, reason="Again.")
    operations.undo(run=failed, by=house.developer, now=now)
    with pytest.raises(Moved, match="is not accepted"):
        operations.undo(run=failed, by=house.developer, now=now)
    runs.again(run=failed, with_version="live", by=house.developer, now=now, reason="Perhaps.")
    with pytest.raises(Moved, match="nothing to accept"):
        operations.accept(run=failed, by=house.developer, now=now, reason="A holiday.")


def test_a_viewer_may_not(failed: Run, people: dict[str, User], now: datetime) -> None:
    with pytest.raises(NotAllowed, match="failures may stand"):
        operations.accept(run=failed, by=people["jonas"], now=now, reason="A holiday.")
