"""What the page of workers says of real work: in hand, waiting, stuck and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deployments.releases import operations as releases
from deployments.rollouts import operations as rollouts
from pipelines.deliveries.models import Circuit, Delivery
from pipelines.dispatch import operations as dispatching
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.accounts.models import Team
from portal.workers import operations as workers
from portal.workers import queries
from portal.workers.base import MOST
from portal.workers.queries import House as Workers
from portal.workers.queries import Line
from tests.pipelines.factories import House, file, staged

Browser = Callable[[str], Client]
MINUTE = timedelta(minutes=1)
WORKER = "vm:7:1234"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def served(house: House, now: datetime) -> House:
    """Every queue has a worker that lives, and v1 is live."""
    house.live(now=now - 10 * MINUTE)
    for number, (process, queues) in enumerate(
        (
            ("control", ["control", "rollback"]),
            ("deliveries", ["deliveries", "figures", "notifications"]),
            ("previews", ["previews"]),
            ("runs", ["runs"]),
        ),
        start=4,
    ):
        workers.beat(
            name=f"vm:{number}", process=process, queues=queues, slots=2, started_at=now, now=now
        )
    return house


def run(house: House, key: str, at: datetime) -> Run:
    return runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=at,
        request_key=key,
    )


def claimed(house: House, key: str, at: datetime) -> execution.Claim:
    started = run(house, key, at)
    claim = execution.claim(run_id=str(started.pk), worker=WORKER, now=at)
    assert claim
    return claim


def ended(house: House, key: str, at: datetime) -> Delivery:
    claim = claimed(house, key, at)
    assert execution.succeed(claim=claim, outcome=staged(claim), now=at)
    return Delivery.objects.get(run=claim.run)


def line(found: Workers, name: str) -> Line:
    return next(one for one in found.lines if one.name == name)


def why(found: Workers) -> list[str]:
    return [one.why for one in found.stuck]


def test_a_thread_shows_what_it_does(served: House, now: datetime) -> None:
    claim = claimed(served, "one", now)
    found = queries.house(now)
    [process] = [one for one in found.processes if one.row.process == "runs"]
    assert process.doing[0].words == (
        f"Run {claim.run.number} of carrier-punctuality in staging, v1"
    )
    assert process.idle == 1
    assert (line(found, "runs").busy, line(found, "runs").slots) == (1, 2)
    assert found.orphans == ()
    assert found.summary[2] == "Everything goes on"


def test_what_is_due_and_not_taken_is_explained_by_its_queue(served: House, now: datetime) -> None:
    run(served, "one", now - MINUTE)
    found = queries.house(now)
    assert "its message was lost" in why(found)[0]
    assert line(found, "runs").due == 1
    workers.leave(name="vm:7")
    gone = queries.house(now)
    assert why(gone) == ["No worker serves the queue runs."]
    assert gone.summary[2] == "Nobody serves runs"


def test_a_worker_that_is_gone_leaves_work_behind(served: House, now: datetime) -> None:
    claim = claimed(served, "one", now - MINUTE)
    workers.leave(name="vm:7")
    found = queries.house(now)
    assert [one.worker for one in found.orphans] == [WORKER]
    assert f"Run {claim.run.number}" in found.stuck[0].title
    assert "its lease ended 30 s ago" in why(found)[0]
    assert [verb.permission for verb in found.stuck[0].verbs] == ["run.cancel"]


def test_what_is_paused_or_tried_again_says_so(served: House, now: datetime) -> None:
    claim = claimed(served, "one", now)
    error = EngineError("The source does not answer.", permanent=False, kind="source")
    execution.fail(claim=claim, error=error, now=now)
    assert "The source does not answer. Tried 1 time; again in" in why(queries.house(now))[0]
    waiting = run(served, "two", now)
    rollouts.pause(
        component=served.component(),
        environment=served.environment,
        reason="Looking.",
        by=served.developer,
        now=now,
    )
    assert execution.claim(run_id=str(waiting.pk), worker=WORKER, now=now) is None
    said = [text for text in why(queries.house(now)) if "paused" in text]
    assert said == [
        "Waits: carrier-punctuality is paused here. Resume it there, or cancel the run."
    ]


def test_a_delivery_waits_for_a_destination_or_for_a_decision(served: House, now: datetime) -> None:
    delivery = ended(served, "one", now)
    sending = dispatching.claim(delivery_id=str(delivery.pk), worker="vm:5:1", now=now)
    assert sending
    dispatching.fail(claim=sending, message="The disk is full.", permanent=False, now=now)
    assert "The disk is full. Tried 1 time; again in" in why(queries.house(now))[0]
    Circuit.objects.update_or_create(
        destination=served.destination,
        environment=served.environment,
        defaults={
            "failures": 5,
            "opened_at": now,
            "tries_at": now + MINUTE,
            "message": "The disk is full.",
        },
    )
    assert "acme-drop is paused since" in why(queries.house(now))[0]
    release = served.release_of(delivery.version)
    releases.reject(release=release, reason="Wrong.", by=served.owner, now=now)
    assert "lift the rejection" in why(queries.house(now))[0]


def test_a_person_is_asked_by_a_deployment(served: House, now: datetime) -> None:
    served.environment.approvals = 1
    served.environment.save(update_fields=["approvals"])
    version = served.register(file(checks=[]), now=now)
    rollouts.request(
        component=served.component(),
        release=served.release_of(version),
        environment=served.environment,
        by=served.developer,
        now=now,
    )
    found = queries.house(now)
    assert found.summary[2] == "1 waits for a person"
    assert [verb.label for verb in found.stuck[0].verbs] == ["Approve…", "Abort…"]


def test_verbs_are_for_those_who_may(served: House, now: datetime, browser: Browser) -> None:
    claim = claimed(served, "one", now - MINUTE)
    address = f"/runs/{claim.run.number}/cancel"
    for name, is_there in (("priya", True), ("mira", True), ("jonas", False), ("hannah", False)):
        shown = browser(name).get("/workers/").content.decode()
        assert (address in shown) is is_there, name
        assert "Run " in shown
    assert "carrier-punctuality" not in _stuck(browser("mira"), "?team=finance-data")
    assert "carrier-punctuality" in _stuck(browser("mira"), "?team=airline-data")


def _stuck(client: Client, query: str) -> str:
    return client.get(f"/workers/{query}").content.decode().partition('id="stuck"')[2]


def test_the_first_of_a_team_are_shown_however_many_of_others_came_before(
    served: House, finance_data: Team, now: datetime
) -> None:
    theirs = [run(served, f"{number}", now - MINUTE).pk for number in range(MOST)]
    Run.objects.filter(pk__in=theirs).update(team=finance_data, next_at=now - 2 * MINUTE)
    own = run(served, "own", now - MINUTE)
    [shown] = queries.house(now, team="airline-data").stuck
    assert shown.url == f"/runs/{own.number}/"
    shown_of_all = queries.house(now).stuck
    assert len(shown_of_all) == MOST
    assert {one.team for one in shown_of_all} == {finance_data.name}


def test_what_is_polled_says_nothing_while_nothing_moves(served: House, browser: Browser) -> None:
    client, asks = browser("mira"), {"HX-Request": "true"}
    seen = client.get("/workers/", headers=asks).headers["X-Seen"]
    assert client.get(f"/workers/?seen={seen}", headers=asks).status_code == 204


def test_its_queries_do_not_grow_with_the_work(
    served: House, now: datetime, browser: Browser
) -> None:
    claimed(served, "a", now - MINUTE)
    run(served, "b", now - MINUTE)
    ended(served, "c", now - MINUTE)
    client = browser("priya")
    before = _counted(client)
    for number in range(3):
        claimed(served, f"a{number}", now - MINUTE)
        run(served, f"b{number}", now - MINUTE)
        ended(served, f"c{number}", now - MINUTE)
    assert _counted(client) == before
    assert before <= 48


def _counted(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/workers/").status_code == 200
    return len(captured)
