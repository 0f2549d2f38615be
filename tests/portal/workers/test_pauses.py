"""A paused queue gives nothing away, whoever asks; a drained process takes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from deployments.rollouts import operations as rollouts
from deployments.rollouts.operations import claims as rollout_claims
from pipelines.dispatch import operations as dispatch
from pipelines.execution import operations as execution
from pipelines.runs.models import Run
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, NotFound, Refused
from portal.workers import operations, pauses, queries
from portal.workers.heart import Heart
from portal.workers.models import Drain, Heartbeat, Pause
from tests.conftest import NOW
from tests.locks import somebody_waits
from tests.whole_house import Whole

WHY = "The warehouse is full."


def test_a_paused_queue_of_runs_gives_none_away_until_it_is_resumed(
    whole: Whole, people: dict[str, User]
) -> None:
    asked = {"run_id": str(whole.waiting_run.pk), "worker": "vm:1:1", "now": timezone.now()}
    operations.pause(queue="runs", reason=WHY, by=people["priya"], now=NOW)
    assert execution.claim(**asked) is None
    assert Run.objects.get(pk=whole.waiting_run.pk).state == Run.State.QUEUED
    operations.resume(queue="runs", by=people["priya"], now=NOW)
    assert execution.claim(**asked) is not None


def test_a_pause_of_one_queue_leaves_the_others_alone(
    whole: Whole, people: dict[str, User]
) -> None:
    operations.pause(queue="deliveries", reason=WHY, by=people["priya"], now=NOW)
    now = timezone.now()
    run_id = str(whole.waiting_run.pk)
    assert execution.claim(run_id=run_id, worker="vm:1:1", now=now) is not None


def test_deliveries_wait_while_theirs_is_paused(whole: Whole, people: dict[str, User]) -> None:
    delivery = whole.delivery
    type(delivery).objects.filter(pk=delivery.pk).update(state="queued", next_at=NOW)
    asked = {"delivery_id": str(delivery.pk), "worker": "vm:1:1", "now": timezone.now()}
    operations.pause(queue="deliveries", reason=WHY, by=people["priya"], now=NOW)
    assert dispatch.claim(**asked) is None
    operations.resume(queue="deliveries", by=people["priya"], now=NOW)
    assert dispatch.claim(**asked) is not None


def test_deployments_wait_and_a_rollback_does_not(whole: Whole, people: dict[str, User]) -> None:
    rollouts.approve(
        deployment=whole.approval, by=people["tomas"], now=timezone.now(), note="Read."
    )
    back = rollouts.roll_back(
        component=whole.component,
        environment=whole.house.environment,
        by=people["mira"],
        now=timezone.now(),
        reason="Wrong.",
        release=whole.releases[0],
    )
    operations.pause(queue="control", reason=WHY, by=people["priya"], now=NOW)
    now = timezone.now() + timedelta(seconds=1)
    assert rollout_claims.claim(whole.approval.pk, "vm:1:1", now) is None
    assert rollout_claims.claim(back.pk, "vm:1:1", now) is not None


def test_rollbacks_are_never_paused(people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="never paused"):
        operations.pause(queue="rollback", reason=WHY, by=people["priya"], now=NOW)


def test_only_the_platform_role_pauses_and_a_refusal_is_kept(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="platform role"):
        operations.pause(queue="runs", reason=WHY, by=people["ines"], now=NOW)
    assert Entry.objects.get(verb="queue.pause").outcome == Entry.Outcome.REFUSED
    assert pauses.is_flowing("runs")


def test_it_is_paused_once_and_says_by_whom(people: dict[str, User]) -> None:
    operations.pause(queue="runs", reason=WHY, by=people["priya"], now=NOW)
    with pytest.raises(Moved, match=r"Paused by Priya Raman since 20 November 14:00 UTC"):
        operations.pause(queue="runs", reason="Again.", by=people["priya"], now=NOW)
    assert Pause.objects.count() == 1


def test_what_is_not_paused_is_not_resumed(people: dict[str, User]) -> None:
    with pytest.raises(Moved, match="is not paused"):
        operations.resume(queue="runs", by=people["priya"], now=NOW)
    with pytest.raises(NotFound, match="There is no queue"):
        operations.resume(queue="cooking", by=people["priya"], now=NOW)


def test_what_waits_says_that_its_queue_is_paused(whole: Whole, people: dict[str, User]) -> None:
    operations.pause(queue="runs", reason=WHY, by=people["priya"], now=NOW)
    house = queries.house(timezone.now() + timedelta(minutes=5))
    title = f"Run {whole.waiting_run.number} of"
    stuck = next(one for one in house.stuck if one.title.startswith(title))
    assert stuck.why.startswith("Paused by Priya Raman")
    client = Client()
    client.force_login(people["jonas"])
    for page in ("/runs/", f"/runs/{whole.waiting_run.number}/", "/workers/"):
        assert WHY in client.get(page).content.decode(), page


class Mouth:
    """What a heart opens and closes."""

    is_open = True

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def heard(name: str, *queues: str) -> Heartbeat:
    now = timezone.now()
    return Heartbeat.objects.create(
        name=name, process="w", queues=list(queues), slots=2, started_at=now, seen_at=now
    )


@pytest.mark.django_db
def test_a_drained_process_closes_with_its_next_beat_and_opens_again(
    people: dict[str, User], tmp_path: object
) -> None:
    mouth = Mouth()
    heart = Heart("deliveries", ["deliveries"], 2, mouth)
    heart.beat()
    worker = Heartbeat.objects.get()
    operations.drain(worker=worker, reason="A new disk.", by=people["priya"], now=timezone.now())
    heart.beat()
    assert (mouth.is_open, Heartbeat.objects.get().takes_work) == (False, False)
    line = queries.queue("deliveries", timezone.now())
    assert line.servers == (), "Who takes nothing serves nobody."
    operations.take_again(worker=worker, by=people["priya"], now=timezone.now())
    heart.beat()
    assert (mouth.is_open, Heartbeat.objects.get().takes_work) == (True, True)


def test_the_last_process_that_serves_rollbacks_is_not_drained(people: dict[str, User]) -> None:
    only = heard("vm:1", "rollback", "control")
    given = {"worker": only, "reason": WHY, "by": people["priya"], "now": timezone.now()}
    with pytest.raises(Refused, match="only process that serves rollbacks"):
        operations.drain(**given)
    heard("vm:2", "rollback", "control")
    operations.drain(**given)
    assert Drain.objects.get().worker == "vm:1"


@pytest.mark.django_db
def test_a_drain_ends_with_its_process_though_the_next_one_has_its_name(
    people: dict[str, User],
) -> None:
    """As in containers, where the host and the number of a process are the same after a restart."""
    Heart("deliveries", ["deliveries"], 2, Mouth()).beat()
    given: dict[str, Any] = {"reason": WHY, "by": people["priya"]}
    first = operations.drain(worker=Heartbeat.objects.get(), now=timezone.now(), **given)

    mouth = Mouth()
    heart = Heart("deliveries", ["deliveries"], 2, mouth)
    heart.beat()
    worker = Heartbeat.objects.get()
    assert (mouth.is_open, worker.takes_work, pauses.drained()) == (True, True, {})
    assert worker.started_at == heart.started_at
    with pytest.raises(Moved, match="is not drained"):
        operations.take_again(worker=worker, by=people["priya"], now=timezone.now())
    operations.drain(worker=worker, now=timezone.now(), **given)
    first.refresh_from_db()
    assert (first.over_at, first.over_by) == (worker.started_at, None)
    heart.beat()
    assert not mouth.is_open


@pytest.mark.django_db(transaction=True)
def test_of_two_drains_at_once_one_leaves_a_process_for_rollbacks(people: dict[str, User]) -> None:
    both = [heard(name, "rollback", "control") for name in ("vm:1", "vm:2")]
    given: dict[str, Any] = {"reason": WHY, "by": people["priya"], "now": timezone.now()}

    def drain() -> None:
        try:
            operations.drain(worker=both[1], **given)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            operations.drain(worker=both[0], **given)
            late = other.submit(drain)
            while not late.done() and not somebody_waits():
                sleep(0.01)
        with pytest.raises(Refused, match="only process that serves rollbacks"):
            late.result(timeout=60)


@pytest.mark.django_db
def test_a_queue_whose_only_process_drains_is_not_served() -> None:
    worker = heard("vm:3", "deliveries")
    now = timezone.now()
    served = {pulse.queue: pulse.is_served for pulse in queries.pulses(now)}
    assert served["deliveries"]
    Heartbeat.objects.filter(pk=worker.pk).update(takes_work=False)
    served = {pulse.queue: pulse.is_served for pulse in queries.pulses(now)}
    assert not served["deliveries"]


@pytest.mark.django_db
def test_a_queue_that_is_paused_is_not_served_and_one_reads_since_when(
    people: dict[str, User],
) -> None:
    heard("vm:3", "deliveries")
    now = timezone.now()
    since = now - timedelta(minutes=3)
    operations.pause(queue="deliveries", reason=WHY, by=people["priya"], now=since)
    (found,) = [pulse for pulse in queries.pulses(now) if pulse.queue == "deliveries"]
    assert (found.is_served, found.words) == (False, "The queue deliveries was paused 3 min ago.")
