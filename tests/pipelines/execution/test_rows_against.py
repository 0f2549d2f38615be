"""Rows against the checks of an attempt: a file for those who may see rows, and nowhere else."""

from __future__ import annotations

import logging
import os
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone
from pytest_django import Settings

from pipelines.engines.base import CheckOutcome, Column, EngineError, Sample
from pipelines.execution import operations, work
from pipelines.execution.preparation import Claim
from pipelines.retention import operations as retention
from pipelines.runs import artifacts, queries
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import User
from portal.errors import NotAllowed
from tests.conftest import zygote
from tests.pipelines.drafts.conftest import may_see_rows
from tests.pipelines.factories import House, file, later

__all__ = ["zygote"]  # a fixture

pytestmark = pytest.mark.django_db
FEW = {"name": "few", "sql": "SELECT upper('hu' || 'sh') AS word FROM result LIMIT 1"}


def against(name: str = "few", value: str = "C1") -> EngineError:
    sample = Sample((Column("carrier", "VARCHAR"),), ((value,),))
    outcome = CheckOutcome(name, False, "1,204 rows against it", 1204, sample)
    return EngineError("It broke.", permanent=True, kind="check", checks=(outcome,))


@pytest.fixture
def claimed(house: House, now: datetime) -> Claim:
    version = house.live(now=now)
    run = runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now,
    )  # fmt: skip
    claim = operations.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    return claim


def seen(run: Run, who: User) -> Any:
    return queries.rows_against(run=queries.run(run.number), who=who)


def test_who_may_see_rows_sees_those_against_a_check(
    house: House, claimed: Claim, now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    assert queries.has_rows_against(queries.run(claimed.run.number))
    may_see_rows(house)
    (found,) = seen(claimed.run, house.developer)
    assert (found.check, found.count, found.rows) == ("few", 1204, [["C1"]])
    assert found.columns == [{"name": "carrier", "type": "VARCHAR"}]


def test_who_may_not_is_told_who_can_help(
    house: House, claimed: Claim, people: dict[str, User], now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    with pytest.raises(NotAllowed, match=r"rows that come from nyc-files\. Ines Costa"):
        seen(claimed.run, house.developer)
    may_see_rows(house)
    with pytest.raises(NotAllowed):
        seen(claimed.run, people["priya"])  # running the portal is no reason


def test_an_attempt_of_before_has_none_and_says_nothing(
    house: House, claimed: Claim, now: datetime
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    artifacts.remove(claimed.against_path)
    may_see_rows(house)
    assert not queries.has_rows_against(queries.run(claimed.run.number))
    assert list(seen(claimed.run, house.developer)) == []


def test_no_row_stands_in_the_database(
    house: House, now: datetime, zygote: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    version = house.live(file(checks=[FEW]), now=now)
    run = runs.start(
        transformation=version.transformation, environment=house.environment,
        parameters={"month": 1}, by=house.developer, now=timezone.now(),
    )  # fmt: skip
    work.execute(run_id=str(run.pk), worker="test", clock=timezone.now)
    may_see_rows(house)
    (found,) = seen(run, house.developer)
    assert found.rows == [["HUSH"]]
    tables = [table._default_manager.all() for table in apps.get_models()]
    kept = "".join(serializers.serialize("json", rows) for rows in tables)
    assert "few (1 row against it)" in kept
    assert "HUSH" not in kept + caplog.text


def test_a_worker_that_was_fenced_off_leaves_none(claimed: Claim, now: datetime) -> None:
    operations.sweep(now=later(now, 90))
    operations.fail(claim=claimed, error=against(), now=later(now, 91))
    assert not artifacts.absolute(claimed.against_path).exists()


def test_those_of_a_worker_that_died_go_with_its_attempt(claimed: Claim, now: datetime) -> None:
    artifacts.make_room(claimed.against_path).write_text("{}")
    operations.sweep(now=later(now, 90))
    assert not artifacts.absolute(claimed.against_path).exists()


def test_they_go_when_results_of_their_age_do(
    claimed: Claim, now: datetime, settings: Settings
) -> None:
    operations.fail(claim=claimed, error=against(), now=now)
    path = artifacts.absolute(claimed.against_path)
    retention.tidy(now=now)
    assert path.exists()
    old = time.time() - timedelta(days=settings.KEEP_RESULTS_DAYS, hours=1).total_seconds()
    os.utime(path, (old, old))
    retention.tidy(now=now)
    assert not path.exists()


def test_a_full_disk_takes_the_rows_and_not_the_end_of_the_attempt(
    claimed: Claim, now: datetime, settings: Settings
) -> None:
    artifacts.make_room("against").write_text("a file where the folder would be")
    operations.fail(claim=claimed, error=against(), now=now)
    claimed.run.refresh_from_db()
    assert claimed.run.state == Run.State.FAILED
