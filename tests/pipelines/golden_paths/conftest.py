"""The paths that are shipped, on a real house."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
import yaml

from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work as dispatch
from pipelines.execution import operations as execution
from pipelines.runs.models import Run
from portal.golden_paths import operations, shipped
from portal.golden_paths.models import PathRun
from tests.conftest import NOW
from tests.pipelines.factories import House, file, staged

Drive = Callable[[PathRun], PathRun]


@pytest.fixture
def paths(house: House) -> None:
    for text in shipped.files():
        operations.publish(definition=text, by=None, now=NOW)


@pytest.fixture
def drive(house: House, paths: None) -> Drive:
    """Let every worker do what is due, until nothing of it moves any more."""

    turns = itertools.count(1)

    def go(run: PathRun) -> PathRun:
        for _ in range(12):
            at = NOW + timedelta(minutes=next(turns))
            operations.work(path_run_id=run.pk, worker="test", now=at)
            at += timedelta(seconds=30)  # what it has just asked for is due by then
            for deployment in Deployment.objects.filter(state=Deployment.State.RUNNING):
                rollouts.work(deployment_id=str(deployment.pk), worker="test", now=at)
            for waiting in Run.objects.filter(state=Run.State.QUEUED):
                claim = execution.claim(run_id=str(waiting.pk), worker="test", now=at)
                assert claim is not None
                execution.succeed(claim=claim, outcome=staged(claim), now=at)
            for sent in Delivery.objects.filter(state=Delivery.State.QUEUED):
                dispatch.deliver(
                    delivery_id=str(sent.pk), worker="test", clock=itertools.repeat(at).__next__
                )
            run.refresh_from_db()
            if not run.is_moving:
                break
        return run

    return go


def text(**spec: object) -> str:
    """A transformation's file as people write it."""
    return yaml.safe_dump(file(**spec), sort_keys=False)  # type: ignore[arg-type]
