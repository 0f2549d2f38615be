"""What attempts left behind is cleared up, and never in the way of those that need taking back."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from pipelines.execution import operations as execution
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db


def test_what_another_worker_clears_up_meanwhile_is_no_error() -> None:
    folder = artifacts.absolute("inputs")
    folder.mkdir(parents=True, exist_ok=True)
    old = folder / "left"
    old.mkdir()
    os.utime(old, (0, 0))
    gone = folder / "gone"
    gone.symlink_to(folder / "nowhere")  # listed, and not there when it is looked at
    artifacts.remove_stale_inputs(older_than=60)
    assert not old.exists()
    gone.unlink()


def test_a_run_is_taken_back_though_the_files_are_out_of_reach(
    house: House, now: datetime, settings: Settings
) -> None:
    house.live(now=now)
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    settings.ARTIFACTS_DIR = settings.DATA_DIR / ("no" * 200)  # a name that no disk takes
    with pytest.raises(OSError, match="too long"):
        execution.sweep(now=now + timedelta(hours=1))
    run.refresh_from_db()
    assert run.state == "queued"
