from __future__ import annotations

import pytest
from django.test import TestCase

from portal.accounts import operations as accounts
from portal.accounts.models import Team
from portal.errors import Moved, NotAllowed, NotFound, Refused
from portal.golden_paths import operations
from portal.golden_paths.models import GoldenPath, PathRun
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import ALL, JAM, World


def test_each_step_is_done_in_its_order(world: World) -> None:
    run = world.done()
    assert Shelf.jars() == ALL
    assert world.steps(run) == {
        "first": "done",
        "spice": "skipped",
        "nail": "done",
        "ripe": "done",
    }
    assert run.links == [{"title": "The shelf", "url": "/shelf/shelf-plum/"}]
    assert run.subject == "plum"
    assert run.title == "Jam: plum"
    assert world.step(run, "nail").given == {"jar": "nail", "note": "shelf-plum"}
    assert GoldenPath.objects.get().used == 1


def test_what_is_asked_for_is_done_too(world: World) -> None:
    run = world.done(spice=True)
    assert Shelf.jars() == ["put plum", "put spice", *ALL[1:]]
    assert world.steps(run)["spice"] == "done"


def test_by_default_it_only_says_what_it_would_do(world: World) -> None:
    run = operations.start(
        path="jam", answers={"fruit": "plum"}, by=world.people["mira"], now=world.now()
    )
    assert run.state == PathRun.State.DRAFT
    words = [step["words"] for step in run.plan["steps"]]
    assert words == [
        "Puts plum there.",
        "Not asked for.",
        "Puts nail there.",
        "Puts plum-ripe there.",
    ]
    assert not run.steps.exists()
    assert Shelf.jars() == []
    assert [entry.verb for entry in world.entries("draft")] == ["golden_path.draft"]


def test_a_dry_run_keeps_answers_that_are_not_right_yet(world: World) -> None:
    run = operations.start(path="jam", answers={}, by=world.people["mira"], now=world.now())
    assert run.plan["steps"][0]["stands"] == "open"
    assert run.plan["steps"][0]["words"] == "Needs what is in the jar."
    assert run.plan["steps"][2]["words"] == "Comes after the steps before it."


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({}, "answers.fruit", "Fill this in."),
        ({"fruit": "Plum"}, "answers.fruit", "Lower-case letters."),
        ({"fruit": "plum", "pots": 0}, "answers.pots", "at least 1"),
        ({"fruit": "plum", "pots": "two"}, "answers.pots", "a whole number"),
        ({"fruit": "plum", "fruits": "x"}, "answers.fruits", "Did you mean fruit?"),
        ({"fruit": "plum", "team": "cooks"}, "answers.team", "There is no team called “cooks”."),
        ({"fruit": "plum", "team": "finance-data"}, "answers.team", "You may not register"),
        ({"fruit": "mould"}, "answers.fruit", "Nobody eats mould."),
    ],
)
def test_what_would_be_refused_starts_nothing(
    world: World, answers: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        operations.start(
            path="jam", answers=answers, by=world.people["mira"], now=world.now(), is_dry_run=False
        )
    assert refused.value.field == field
    assert words in refused.value.message
    assert refused.value.details
    assert not PathRun.objects.exists()
    assert [entry.outcome for entry in world.entries("start")] == ["refused"]


def test_a_dry_run_of_a_misspelt_answer_says_nothing_about_another(world: World) -> None:
    with pytest.raises(Refused, match=r"Did you mean fruit\?"):
        operations.start(
            path="jam",
            answers={"fruit": "plum", "fruits": "x"},
            by=world.people["mira"],
            now=world.now(),
        )
    assert not PathRun.objects.exists()


def test_the_same_request_is_the_same_use(world: World) -> None:
    def ask() -> PathRun:
        return operations.start(
            path="jam",
            answers={"fruit": "plum"},
            by=world.people["mira"],
            now=world.now(),
            is_dry_run=False,
            request_key="once",
        )

    first = ask()
    assert ask().pk == first.pk
    assert len(world.entries("start")) == 1


def test_a_draft_is_kept_filled_and_started(world: World) -> None:
    mira = world.people["mira"]
    draft = operations.keep(path="jam", answers={"fruit": "Pl"}, by=mira, now=world.now())
    operations.keep(path="jam", answers={"fruit": "plum"}, by=mira, now=world.now(), draft=draft)
    run = operations.start(
        path="jam",
        answers={"fruit": "plum"},
        by=mira,
        now=world.now(),
        is_dry_run=False,
        draft=draft,
    )
    assert (run.pk, run.state) == (draft.pk, "running")
    assert len(world.entries("draft")) == len(world.entries("start")) == 1
    with pytest.raises(Moved, match="There is nothing to start"):
        operations.start(
            path="jam",
            answers={"fruit": "plum"},
            by=mira,
            now=world.now(),
            is_dry_run=False,
            draft=draft,
        )


def test_of_the_drafts_of_others_nobody_knows(world: World) -> None:
    draft = operations.keep(path="jam", answers={}, by=world.people["mira"], now=world.now())
    with pytest.raises(NotFound):
        operations.discard(draft=draft, by=world.people["ines"], now=world.now())
    operations.discard(draft=draft, by=world.people["mira"], now=world.now())
    assert not PathRun.objects.exists()


def test_a_draft_of_an_older_version_is_looked_at_again_first(world: World) -> None:
    mira = world.people["mira"]
    draft = operations.keep(path="jam", answers={"fruit": "plum"}, by=mira, now=world.now())
    world.publish(JAM.replace("title: Jam", "title: Marmalade"))
    with pytest.raises(Moved, match="Marmalade has changed since"):
        operations.start(
            path="jam",
            answers={"fruit": "plum"},
            by=mira,
            now=world.now(),
            is_dry_run=False,
            draft=draft,
        )


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_only_those_whom_the_path_names_start_it(world: World, name: str) -> None:
    world.publish(JAM.replace("{role: developer}", "{role: developer, teams: [airline-data]}"))
    with pytest.raises(NotAllowed, match=r"Developers of airline-data can\. Ask the cooks"):
        world.start(by=name)


def test_a_path_that_someone_may_not_see_does_not_exist_for_them(world: World) -> None:
    world.publish(JAM.replace("    start:", "    see: {role: maintainer}\n    start:"))
    with pytest.raises(NotFound):
        world.start(by="mira")
    world.start(by="ines")


def test_what_is_no_longer_offered_is_not_started(world: World) -> None:
    path = GoldenPath.objects.get()
    operations.offer(path=path, is_offered=False, by=world.people["priya"], now=world.now())
    with pytest.raises(Refused, match="Ask the cooks what to use"):
        world.start()
    operations.offer(path=path, is_offered=True, by=world.people["priya"], now=world.now())
    world.start()


def test_a_token_needs_its_scope_and_its_steps_have_no_more(world: World) -> None:
    mira = world.people["mira"]
    token, _ = accounts.issue_token(
        user=mira, name="ci", scopes=["read"], expires_at=None, by=None, now=world.now()
    )
    mira.token = token
    with pytest.raises(NotAllowed, match="no scope “write”"):
        world.start()
    token.scopes = ["write"]
    token.save()
    run = world.start()
    mira.token = None
    accounts.revoke_token(token=token, by=mira, now=world.now())
    run = world.work(run)
    assert run.state == PathRun.State.FAILED
    assert "was revoked" in run.message
    world.retry(run, "first")
    assert world.through(run).state == PathRun.State.DONE


def test_a_worker_is_told_once_it_is_committed(world: World) -> None:
    with TestCase.captureOnCommitCallbacks() as sent:
        world.start()
    assert len(sent) == 1


def test_the_team_is_the_one_that_is_named(world: World) -> None:
    run = world.start(team="airline-data")
    assert run.team == Team.objects.get(name="airline-data")
