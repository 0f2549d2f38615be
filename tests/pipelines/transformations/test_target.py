"""What deployments ask about versions: configurations, how they do, and stopping them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from deployments.releases import operations as releases
from deployments.rollouts import queries as rollouts
from deployments.targets.base import Artifact, TargetError
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from pipelines.transformations.target import PipelineTarget
from portal.errors import Refused
from tests.pipelines.factories import House, file

TARGET = PipelineTarget()


def artifact(version: Version) -> Artifact:
    return Artifact("carrier-punctuality", version.number, version.digest, {})


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"schedul": {}}, "schedul", "Did you mean schedule?"),
        ({"schedule": {"cron": "0 6 * * 8"}}, "schedule.cron", "Monday is 1"),
        ({"schedule": {"cron": "0 6 * * *", "timezone": "Mars"}}, "schedule.timezone", "Mars"),
        ({"limits": {"memory_mb": 0}}, "limits.memory_mb", "at least 16"),
        ({"limits": {"memory": 100}}, "limits.memory", "Did you mean memory_mb?"),
        ({"parameters": {"mont": 1}}, "parameters.mont", "Did you mean month?"),
        ({"parameters": {"month": "1"}}, "parameters.month", "a whole number"),
        ({"parameters": []}, "parameters", "a mapping"),
    ],
)
def test_values_that_make_no_sense_are_refused(
    house: House, values: dict[str, Any], field: str, words: str, now: datetime
) -> None:
    house.register(file(), now=now)
    with pytest.raises(Refused) as caught:
        TARGET.check_configuration(component="carrier-punctuality", values=values)
    assert caught.value.field == field
    assert words in caught.value.message


def test_values_that_some_version_takes_are_fine(house: House, now: datetime) -> None:
    house.register(file(), now=now)
    sql = "SELECT carrier, count(*) AS flights FROM flights GROUP BY ALL"
    house.register(file(sql, parameters={}, checks=[], deliveries=[]), now=now)
    values = {
        "parameters": {"month": 3},
        "schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin", "catch_up": "none"},
        "limits": {"memory_mb": 64, "seconds": 5},
    }
    TARGET.check_configuration(component="carrier-punctuality", values=values)
    TARGET.check_configuration(component="carrier-punctuality", values={"schedule": None})


def test_how_it_does_follows_from_its_finished_runs(house: House, now: datetime) -> None:
    version = house.live(now=now)
    seen = TARGET.observe(artifact=artifact(version), environment="staging")
    assert (seen.health, seen.message) == ("unknown", "v1 has not run in staging yet.")

    first = finished_run(house, version, "succeeded", now, rows=7)
    seen = TARGET.observe(artifact=artifact(version), environment="staging")
    said = f"Run {first.number}, the last one, succeeded with 7 rows."
    assert (seen.health, seen.message) == ("healthy", said)

    second = finished_run(house, version, "failed", now + timedelta(seconds=1))
    seen = TARGET.observe(artifact=artifact(version), environment="staging")
    assert seen.health == "degraded"
    assert seen.message == (
        f"Run {second.number}, the last one, failed: It went wrong. 1 of the last 2 runs succeeded."
    )
    assert seen.facts == {"runs": 2, "failed": 1}


def finished_run(
    house: House, version: Version, state: str, now: datetime, rows: int | None = None
) -> Run:
    transformation = version.transformation
    run = runs.start(
        transformation=transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    # The outcome of a worker, which these tests do not run.
    message = "" if state == "succeeded" else "It went wrong."
    Run.objects.filter(pk=run.pk).update(state=state, version=version, rows=rows, message=message)
    attempted(house, run, version, state, now, rows_out=rows, message=message)
    return run


def attempted(
    house: House, run: Run, version: Version, state: str, now: datetime, **outcome: Any
) -> None:
    """What a worker leaves of one more attempt."""
    live = rollouts.live(house.component(), house.environment)
    assert live is not None
    number = run.attempts.count() + 1
    run.attempts.create(
        number=number,
        state=state,
        version=version,
        deployment=live.deployment,
        worker="test",
        started_at=now,
        waited_for=0,
        **outcome,
    )
    Run.objects.filter(pk=run.pk).update(attempt=number, version=version)


def test_a_run_that_was_started_again_with_another_version_ran_with_this_one_too(
    house: House, now: datetime
) -> None:
    old = house.live(now=now)
    new = house.live(file("SELECT carrier, 1::bigint AS flights FROM flights"), now=now)
    run = finished_run(house, new, "succeeded", now, rows=7)
    attempted(house, run, old, "succeeded", now + timedelta(minutes=1), rows_out=9)

    seen = {
        each: TARGET.observe(artifact=artifact(each), environment="staging") for each in (old, new)
    }

    said = f"Run {run.number}, the last one, succeeded with"
    assert seen[new].message == f"{said} 7 rows."
    assert seen[old].message == f"{said} 9 rows."
    assert seen[new].facts == {"runs": 1, "failed": 0}


def test_an_attempt_that_is_tried_again_says_nothing_until_it_is_over(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    run = finished_run(house, version, "failed", now)
    Run.objects.filter(pk=run.pk).update(state="queued")
    seen = TARGET.observe(artifact=artifact(version), environment="staging")
    assert (seen.health, seen.facts) == ("unknown", {"runs": 0, "failed": 0})

    attempted(house, run, version, "succeeded", now + timedelta(minutes=1), rows_out=7)
    Run.objects.filter(pk=run.pk).update(state="succeeded")
    seen = TARGET.observe(artifact=artifact(version), environment="staging")
    assert (seen.health, seen.facts) == ("healthy", {"runs": 1, "failed": 0})


def test_another_content_under_the_same_number_is_not_prepared(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    other = Artifact("carrier-punctuality", version.number, "sha256:other", {})
    with pytest.raises(TargetError, match="not what was released"):
        TARGET.apply(artifact=other, environment="staging")


def test_rejecting_ends_its_runs_and_lifting_restores(house: House, now: datetime) -> None:
    version = house.live(now=now)
    live = rollouts.live(house.component(), house.environment)
    assert live is not None
    run = runs.start(
        transformation=version.transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )
    Run.objects.filter(pk=run.pk).update(version=version)

    releases.reject(release=live.release, reason="It counts twice.", by=house.owner, now=now)

    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    done = TARGET.restore(component="carrier-punctuality", digest=version.digest, now=now)
    assert done == {"deliveries": 0}
