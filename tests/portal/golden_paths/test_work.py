from __future__ import annotations

import pytest

from portal.errors import Moved, NotAllowed, Refused
from portal.golden_paths import operations
from portal.golden_paths.models import PathRun
from portal.golden_paths.operations import claims, working
from portal.golden_paths.steps.base import Link, StepError
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import ALL, World


def test_what_takes_longer_is_looked_at_again(world: World) -> None:
    run = world.work(world.start())
    assert world.steps(run)["ripe"] == "waiting"
    assert world.step(run, "ripe").message == "It ripens."
    run = world.through(run)
    assert run.state == PathRun.State.DONE
    assert Shelf.jars() == ALL
    assert world.attempts(run, "ripe") == [(1, "done", False)]


def test_a_failure_that_passes_is_tried_again_after_a_pause(world: World) -> None:
    Shelf.trouble["nail"] = [StepError("The hammer is away.", permanent=False)]
    run = world.work(world.start())
    assert world.steps(run)["nail"] == "pending"
    assert "The hammer is away. The next attempt follows." in world.step(run, "nail").message
    assert world.attempts(run, "nail") == [(1, "failed", False)]
    assert world.work(run, seconds=0.5).state == PathRun.State.RUNNING
    assert world.attempts(run, "nail") == [(1, "failed", False)]
    assert world.through(run).state == PathRun.State.DONE
    assert Shelf.jars() == ALL
    assert world.attempts(run, "nail") == [(1, "failed", False), (2, "done", False)]


def test_one_that_never_passes_stops_it(world: World) -> None:
    Shelf.trouble["nail"] = [StepError("Away.", permanent=False) for _ in range(9)]
    run = world.through(world.start())
    assert (run.state, run.message) == (PathRun.State.FAILED, "Nail it there: Away.")
    assert len(world.attempts(run, "nail")) == 4
    assert Shelf.jars() == ["put plum"]


def test_a_failure_leads_to_where_it_is_mended(world: World) -> None:
    wall = Link("Mend the wall", "/walls/1")
    Shelf.trouble["nail"] = [StepError("It crumbles.", permanent=True, links=(wall,))]
    run = world.work(world.start())
    assert world.step(run, "nail").links == [{"title": "Mend the wall", "url": "/walls/1"}]


@pytest.mark.parametrize(
    "trouble", [Refused("The wall is closed."), StepError("The wall is closed.", permanent=True)]
)
def test_a_refusal_stops_it_and_one_step_is_tried_again(world: World, trouble: Exception) -> None:
    Shelf.trouble["nail"] = [trouble]
    run = world.work(world.start())
    assert (run.state, run.message) == ("failed", "Nail it there: The wall is closed.")
    assert Shelf.jars() == ["put plum"]  # what the failing attempt had done went with it
    assert [entry.reason for entry in world.entries("fail")] == ["The wall is closed."]
    world.retry(run, "nail")
    run = world.through(run)
    assert run.state == PathRun.State.DONE
    assert Shelf.jars() == ALL
    assert world.attempts(run, "first") == [(1, "done", False)]


def test_what_is_broken_inside_is_said_and_propagates(world: World) -> None:
    Shelf.trouble["plum"] = [ZeroDivisionError()]
    run = world.start()
    with pytest.raises(ZeroDivisionError):
        world.work(run)
    run = world.again(run)
    assert run.state == PathRun.State.FAILED
    assert "Something broke inside of Slipway" in run.message


def test_only_what_failed_is_tried_again(world: World) -> None:
    Shelf.trouble["nail"] = [Refused("No.")]
    run = world.work(world.start())
    with pytest.raises(Moved, match="has not failed"):
        world.retry(run, "first")
    done = world.done()
    with pytest.raises(Moved, match="No step of it has failed"):
        world.retry(done, "first")


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_strangers_do_not_go_on_with_it(world: World, name: str) -> None:
    Shelf.trouble["nail"] = [Refused("No.")]
    run = world.work(world.start(team="airline-data"))
    for verb in (lambda: world.retry(run, "nail", by=name), lambda: world.cancel(run, by=name)):
        with pytest.raises(NotAllowed, match="Ines Costa"):
            verb()
    world.retry(run, "nail", by="ines")
    assert world.again(run).acts_for == world.people["ines"]


def test_without_a_team_only_who_started_it_and_the_platform_do(world: World) -> None:
    run = world.start()
    with pytest.raises(NotAllowed, match="Mira Okafor started it and can"):
        world.cancel(run, by="ines")
    world.cancel(run, by="priya")


def test_after_a_cancel_nothing_more_begins(world: World) -> None:
    run = world.start()
    claim = claims.claim(run.pk, "slow", world.now())
    assert claim is not None
    run = world.cancel(run)
    assert (run.state, run.message) == ("cancelled", "Cancelled by Mira Okafor.")
    at = world.now()
    assert working._do(claim, lambda: at) is False
    assert Shelf.jars() == []
    assert set(world.steps(run).values()) == {"skipped"}
    assert world.attempts(run, "first") == [(1, "skipped", False)]


def test_what_waits_goes_on_without_being_waited_for(world: World) -> None:
    run = world.cancel(world.work(world.start()))
    assert world.steps(run)["ripe"] == "left"
    assert "Nobody waits for it any more" in world.step(run, "ripe").message


def test_a_worker_that_comes_back_late_does_nothing(world: World) -> None:
    run = world.start()
    late = claims.claim(run.pk, "late", world.now())
    assert late is not None
    assert operations.sweep(now=world.now(60)) == 1
    assert world.attempts(run, "first") == [(1, "failed", False)]
    run = world.through(run)
    at = world.now()
    assert working._do(late, lambda: at) is False
    assert Shelf.jars() == ALL
    assert world.attempts(run, "first") == [(1, "failed", False), (2, "done", False)]


def test_it_is_the_same_however_often_it_is_said(world: World) -> None:
    run = world.start()
    for _ in range(3):
        world.work(run)
    world.through(run)
    world.work(run)
    assert Shelf.jars() == ALL


def test_what_was_not_taken_is_sent_again(world: World) -> None:
    world.start()
    assert operations.sweep(now=world.now()) == 0
    assert operations.sweep(now=world.now(6)) == 1
