"""A control worker that is really killed, or really suspended, at every write."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from portal.failpoints import NAME
from tests import databases
from tests.deployments.world import World
from tests.patience import patient

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

LEASE = settings.LEASE_SECONDS
POINTS = [
    "deployments.step.claimed",
    "deployments.step.worked",
    "deployments.step.closed",
    "deployments.switch.fenced",
    "deployments.switch.written",
    "deployments.switch.committing",
    "deployments.step.claimed={}:3",
    "deployments.step.closed={}:3",
]


class Worker:
    """A process that works on one deployment, with a failpoint in its way."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, deployment: Deployment, world: World, failpoint: str) -> int:
        """Until it is dead, has stopped, or has ended by itself; its wait status."""
        given = [str(deployment.pk), world.now().isoformat()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.deployments.worker", *given],
            env=os.environ | {"DATABASE_URL": databases.url(), NAME: failpoint},
        )
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        return status

    def wake(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(self.process.pid, 0)
        self.process.returncode = status
        return status


@pytest.fixture
def worker() -> Iterator[Worker]:
    mine = Worker()
    yield mine
    if mine.process is not None and mine.process.returncode is None:
        mine.process.kill()


@pytest.mark.parametrize("point", POINTS)
def test_another_worker_goes_on_where_it_was_killed(
    world: World, worker: Worker, point: str
) -> None:
    world.deploy(1, world.staging)
    deployment = world.ask(2, world.staging)
    failpoint = point.format("kill") if "=" in point else f"{point}=kill"
    status = worker.start(deployment, world, failpoint)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    _another_goes_on(world, deployment)


def test_one_that_sleeps_past_its_lease_wakes_and_writes_nothing(
    world: World, worker: Worker
) -> None:
    deployment = world.ask(1, world.staging)
    status = worker.start(deployment, world, "deployments.step.worked=stop")
    assert os.WIFSTOPPED(status)
    _another_goes_on(world, deployment)
    attempts = world.attempts(deployment, "prepare")
    assert os.waitstatus_to_exitcode(worker.wake()) == 0
    assert world.attempts(deployment, "prepare") == attempts == [(1, "failed"), (2, "done")]
    assert len(world.entries("deployment.switch")) == 1


def _another_goes_on(world: World, deployment: Deployment) -> None:
    """The database lets go of what the dead one held as soon as it notices."""
    began = time.monotonic()
    operations.sweep(now=world.now(LEASE + 60))
    while world.work(deployment, seconds=1).state == Deployment.State.RUNNING:
        assert time.monotonic() < began + patient(10), world.again(deployment).message
        operations.sweep(now=world.now(LEASE + 60))
        time.sleep(0.05)
    after = world.again(deployment)
    assert after.state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == (str(after.release), "c1")
    assert set(world.steps(deployment).values()) == {"done"}
    assert len(world.entries("deployment.switch")) == Deployment.objects.count()
