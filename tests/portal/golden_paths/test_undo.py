from __future__ import annotations

import pytest

from portal.errors import Moved, Refused
from portal.golden_paths import queries
from portal.golden_paths.models import PathRun
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import ALL, JAM, World


def test_what_can_be_is_taken_back_the_last_first(world: World) -> None:
    run = world.done(spice=True)
    words = [(each.step.name, each.can_undo, each.words) for each in queries.undoing(run)]
    assert words == [
        ("ripe", True, "Take plum-ripe from shelf-plum-ripe"),
        ("nail", False, "What it did can't be taken back."),
        ("spice", True, "Take spice from shelf-spice"),
        ("first", True, "Take plum from shelf-plum"),
    ]
    run = world.through(world.undo(run))
    assert run.state == PathRun.State.UNDONE
    assert Shelf.jars()[4:] == ["take plum-ripe", "take spice", "take plum"]
    assert world.steps(run) == {
        "first": "undone",
        "spice": "undone",
        "nail": "done",
        "ripe": "undone",
    }
    assert world.attempts(run, "first") == [(1, "done", False), (2, "undone", True)]
    assert [entry.reason for entry in world.entries("undo")] == ["Too sweet."]


def test_the_path_may_say_that_a_step_stays(world: World) -> None:
    world.publish(JAM.replace("{id: first,", "{id: first, undo: never,"))
    run = world.through(world.undo(world.done()))
    assert Shelf.jars() == [*ALL, "take plum-ripe"]
    assert world.steps(run)["first"] == "done"


def test_after_a_failure_only_what_was_done_is_taken_back(world: World) -> None:
    Shelf.trouble["nail"] = [Refused("No.")]
    run = world.through(world.undo(world.work(world.start())))
    assert Shelf.jars() == ["put plum", "take plum"]
    assert world.steps(run) == {
        "first": "undone",
        "spice": "skipped",
        "nail": "failed",
        "ripe": "skipped",
    }


def test_what_was_left_waiting_is_taken_back_too(world: World) -> None:
    run = world.through(world.undo(world.cancel(world.work(world.start()))))
    assert Shelf.jars() == [*ALL, "take plum-ripe", "take plum"]
    assert run.state == PathRun.State.UNDONE


def test_one_that_can_not_be_taken_back_stops_it_and_is_tried_again(world: World) -> None:
    Shelf.trouble["take plum"] = [Refused("Someone eats it.")]
    run = world.through(world.undo(world.done()))
    assert (run.state, run.message) == ("stuck", "Put it there: Someone eats it.")
    world.retry(run, "first")
    run = world.through(run)
    assert run.state == PathRun.State.UNDONE
    assert Shelf.jars() == [*ALL, "take plum-ripe", "take plum"]


def test_there_has_to_be_something_and_a_reason(world: World) -> None:
    run = world.start()
    with pytest.raises(Moved, match="is under way"):
        world.undo(run)
    world.cancel(run)
    with pytest.raises(Refused, match="Say why"):
        world.undo(run, reason=" ")
    with pytest.raises(Moved, match="Nothing of this can be taken back"):
        world.undo(run)
