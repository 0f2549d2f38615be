"""Register, deploy to the first environment and run, in one breath."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.rollouts import operations as deploying
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Deployment, Hold
from pipelines.connections.models import Binding
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from portal.errors import Refused
from portal.golden_paths import operations, queries
from portal.golden_paths.models import PathRun, PathStep
from tests.conftest import NOW
from tests.pipelines.factories import House, file
from tests.pipelines.golden_paths.conftest import Drive, text

ANSWERS = {"name": "carrier-punctuality", "team": "airline-data", "environment": "staging"}


def start(house: House, *, is_dry_run: bool = False, by: Any = None, **more: Any) -> PathRun:
    return operations.start(
        path="new-transformation",
        answers={**ANSWERS, "file": text(), "run": True, **more},
        by=by or house.developer,
        now=NOW,
        is_dry_run=is_dry_run,
    )


def states(run: PathRun) -> dict[str, str]:
    return {step.name: step.state for step in run.steps.order_by("order")}


def test_it_is_live_and_has_run(house: House, drive: Drive) -> None:
    run = drive(start(house))
    assert run.state == PathRun.State.DONE, run.message
    assert states(run) == {
        "register": "done",
        "deploy": "done",
        "run": "done",
        "schedule": "skipped",
    }
    live = rollouts.live(house.component(), house.environment)
    assert live is not None
    assert live.release.number == 1
    assert run.steps.get(name="register").message == "carrier-punctuality v1 is registered."
    ran, step = Run.objects.get(), run.steps.get(name="run")
    assert ran.request_key == str(step.pk)
    assert step.message == f"Run {ran.number} made 7 rows. Delivered to Acme Travel."
    assert run.subject == "carrier-punctuality"
    assert run.links[0] == {"title": "Its page", "url": "/components/carrier-punctuality/"}


def test_what_is_not_bound_is_said_and_keeps_nobody_waiting(house: House, drive: Drive) -> None:
    Binding.objects.filter(destination=house.destination).delete()
    run = drive(start(house))
    assert run.state == PathRun.State.DONE, run.message
    message = run.steps.get(name="run").message
    assert message.endswith(
        "Not delivered to Acme Travel: acme-drop has no binding in staging, so nothing is sent "
        "from here."
    )


def test_a_first_try_that_fails_is_said_and_keeps_nobody_waiting(
    house: House, drive: Drive
) -> None:
    no_folder = house.folder / "drop.txt"
    no_folder.write_text("Here is no folder.")
    Binding.objects.filter(destination=house.destination).update(address=str(no_folder))
    run = drive(start(house))
    assert run.state == PathRun.State.DONE, run.message
    assert "Not delivered to Acme Travel yet: " in run.steps.get(name="run").message


def test_it_runs_by_the_schedule_of_its_file_where_that_was_asked_for(
    house: House, drive: Drive
) -> None:
    content = text(defaults={"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}})
    run = drive(start(house, file=content, run=False, scheduled=True))
    assert run.state == PathRun.State.DONE, run.message
    live = rollouts.live(house.component(), house.environment)
    assert live is not None
    assert live.configuration.values["schedule"]["timezone"] == "Europe/Berlin"
    step = run.steps.get(name="schedule")
    assert step.message == (
        "In staging it runs every day at 06:00, Europe/Berlin, next on 21 November at 05:00 UTC."
    )
    assert [link["title"] for link in step.links][1:] == ["Its due times"]


def test_in_production_the_schedule_of_the_file_holds_by_itself(house: House, drive: Drive) -> None:
    type(house.environment).objects.update(is_production=True)
    content = text(defaults={"schedule": {"cron": "0 6 * * *"}})
    run = drive(start(house, file=content, run=False, scheduled=True))
    assert run.state == PathRun.State.DONE, run.message
    assert Deployment.objects.count() == 1
    assert "it runs every day at 06:00, UTC" in run.steps.get(name="schedule").message


def test_the_dry_run_says_all_of_it_and_writes_nothing(house: House, paths: None) -> None:
    run = start(house, is_dry_run=True)
    words = [step["words"] for step in run.plan["steps"]]
    assert words == [
        "carrier-punctuality v1 is registered for airline-data.",
        "v1 is deployed to staging.",
        "carrier-punctuality runs once in staging, and delivers what is bound there.",
        "Not asked for.",
    ]
    assert not Version.objects.exists()


def test_what_is_wrong_in_the_file_starts_nothing(house: House, paths: None) -> None:
    with pytest.raises(Refused) as refused:
        start(house, file=text(sql="SELECT nothing FROM nowhere"))
    assert refused.value.field == "answers.file"
    assert "Line" in refused.value.message
    assert not PathRun.objects.exists()


def test_a_stranger_to_the_team_is_refused(
    house: House, paths: None, people: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="You may not register transformations for this team"):
        start(house, by=people["hannah"])


def test_a_deployment_that_is_refused_stops_it_and_is_asked_for_anew(
    house: House, drive: Drive, people: dict[str, Any]
) -> None:
    type(house.environment).objects.update(approvals=1)
    run = drive(start(house))
    assert states(run)["deploy"] == "waiting"
    deploying.refuse(
        deployment=Deployment.objects.get(), by=people["ines"], now=NOW, note="Not today."
    )
    run = drive(run)
    assert run.state == PathRun.State.FAILED
    assert "Not today." in run.message
    step = queries.failed_step(run)
    operations.retry(step=step, by=house.developer, now=NOW)
    run = drive(run)
    deploying.approve(deployment=Deployment.objects.latest("number"), by=people["ines"], now=NOW)
    run = drive(run)
    assert run.state == PathRun.State.DONE
    assert Version.objects.count() == 1
    assert Deployment.objects.count() == 2


def test_undoing_names_what_stays_and_pauses_what_was_first(house: House, drive: Drive) -> None:
    run = drive(start(house))
    words = {each.step.name: (each.can_undo, each.words) for each in queries.undoing(run)}
    assert not words["register"][0]
    assert not words["run"][0]
    assert "Take deployment #" in words["deploy"][1]
    run = drive(operations.undo(run=run, by=house.developer, now=NOW, reason="Too early."))
    assert run.state == PathRun.State.UNDONE
    assert Hold.objects.get().reason == "Too early."
    assert PathStep.objects.get(name="deploy").message == (
        "Paused in staging: nothing was live there before it."
    )


def test_undoing_rolls_back_where_something_was_live(house: House, drive: Drive) -> None:
    house.live(file("SELECT carrier, 1::BIGINT AS flights FROM flights"), now=NOW)
    run = drive(start(house, run=False))
    run = drive(operations.undo(run=run, by=house.developer, now=NOW, reason="Too early."))
    assert run.state == PathRun.State.UNDONE
    assert "Rolled back by deployment" in PathStep.objects.get(name="deploy").message
    live = rollouts.live(house.component(), house.environment)
    assert live is not None
    assert live.release.number == 1


def test_what_is_registered_and_live_already_is_not_done_twice(house: House, drive: Drive) -> None:
    house.live(now=NOW)
    run = drive(start(house, file=text(), run=False))
    assert run.state == PathRun.State.DONE
    assert Version.objects.count() == Deployment.objects.count() == 1
    assert "is live in staging already" in PathStep.objects.get(name="deploy").message
