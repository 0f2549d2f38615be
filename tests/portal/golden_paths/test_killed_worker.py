"""A worker that is killed between any two steps, and at every write: each step is done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction

from portal import failpoints
from portal.failpoints import NAME, Failed
from portal.golden_paths import operations
from portal.golden_paths.models import PathRun
from tests import databases
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import World

LEASE = settings.LEASE_SECONDS
PASSED = ["claimed", "did", "written", "committing", "over"]
FORWARD = ["put plum", "put spice", "put nail", "put plum-ripe"]
BACK = ["take plum-ripe", "take spice", "take plum"]


@pytest.fixture(autouse=True)
def ripe_at_once() -> None:
    Shelf.looks = 0


def crash(world: World, run: PathRun, point: str) -> None:
    failpoints.arm(point)
    with pytest.raises(Failed):
        operations.work(path_run_id=run.pk, worker="killed", now=world.now())
    failpoints.arm("")


def another_goes_on(world: World, run: PathRun) -> PathRun:
    operations.sweep(now=world.now(LEASE + 60))
    run = world.through(run)
    assert not run.is_moving
    return run


def points(passed: str, steps: int) -> Iterator[str]:
    """That point at each of so many steps; after the last one there is the end instead."""
    last = "golden_paths.finishing=error" if passed == "over" else ""
    for step in range(1, steps + 1):
        point = f"golden_paths.step.{passed}=error:{step}"
        yield last if last and step == steps else point


@contextmanager
def forgotten() -> Iterator[None]:
    """What happens inside is undone, so that the same world is there for the next point."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("passed", PASSED)
def test_going_forward_each_step_is_done_once(world: World, passed: str) -> None:
    for point in points(passed, len(FORWARD)):
        with forgotten():
            run = world.start(spice=True)
            crash(world, run, point)
            assert another_goes_on(world, run).state == PathRun.State.DONE, point
            assert Shelf.jars() == FORWARD, point
            assert len(world.entries("finish")) == 1, point


@pytest.mark.parametrize("passed", PASSED)
def test_going_back_each_step_is_taken_back_once(world: World, passed: str) -> None:
    run = world.undo(world.done(spice=True))
    for point in points(passed, len(BACK)):
        with forgotten():
            crash(world, run, point)
            assert another_goes_on(world, run).state == PathRun.State.UNDONE, point
            assert Shelf.jars() == [*FORWARD, *BACK], point
            assert len(world.entries("finish")) == 2, point


@pytest.mark.parametrize("point", ["started", "steps.written", "starting"])
def test_a_start_is_whole_or_was_not(world: World, point: str) -> None:
    failpoints.arm(f"golden_paths.{point}=error")
    with pytest.raises(Failed):
        world.start()
    failpoints.arm("")
    assert not PathRun.objects.exists()
    assert not world.entries("start")


@pytest.mark.parametrize("verb", ["retrying", "cancelling", "undoing"])
def test_a_word_is_whole_or_was_not(world: World, verb: str) -> None:
    Shelf.trouble["nail"] = [ZeroDivisionError()]
    run = world.start(spice=True)
    with pytest.raises(ZeroDivisionError):
        world.work(run)
    before = (world.again(run).state, world.steps(run))
    say: Callable[[], object] = {
        "retrying": lambda: world.retry(run, "nail"),
        "cancelling": lambda: world.cancel(run),
        "undoing": lambda: world.undo(run),
    }[verb]
    failpoints.arm(f"golden_paths.{verb}=error")
    with pytest.raises(Failed):
        say()
    failpoints.arm("")
    assert (world.again(run).state, world.steps(run)) == before
    say()
    assert not world.through(run).is_moving


# --- Processes that are really killed, and really suspended --------------------------------------
class Worker:
    """A process that works on one use, with a failpoint in its way."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, run: PathRun, world: World, failpoint: str) -> int:
        """Until it is dead, has stopped, or has ended by itself; its wait status."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.portal.golden_paths.worker",
                str(run.pk),
                world.now().isoformat(),
            ],
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


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["step.over=kill:2", "step.committing=kill:3"])
def test_a_process_that_was_killed_leaves_nothing_half_done(
    world: World, worker: Worker, point: str
) -> None:
    run = world.start(spice=True)
    status = worker.start(run, world, f"golden_paths.{point}")
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert Shelf.jars() == FORWARD[:2]  # what was committed, and nothing of what was not
    assert another_goes_on(world, run).state == PathRun.State.DONE
    assert Shelf.jars() == FORWARD


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_one_that_sleeps_past_its_lease_wakes_and_does_nothing(
    world: World, worker: Worker
) -> None:
    run = world.start(spice=True)
    status = worker.start(run, world, "golden_paths.step.claimed=stop:2")
    assert os.WIFSTOPPED(status)
    another_goes_on(world, run)
    assert os.waitstatus_to_exitcode(worker.wake()) == 0
    assert Shelf.jars() == FORWARD
    assert world.attempts(run, "spice") == [(1, "failed", False), (2, "done", False)]
