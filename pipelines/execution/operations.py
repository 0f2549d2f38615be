"""An attempt's life: claimed, kept alive, ended well or not, or lost and taken over.

Postgres decides: a run is claimed by compare-and-set on (state, attempt); whoever holds the
highest attempt number may write, everyone else's write touches no row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, QuerySet, UUIDField

from deployments.releases import guard
from deployments.rollouts import queries as rollouts
from pipelines.deliveries import operations as deliveries
from pipelines.engines.base import EngineError, Outcome
from pipelines.execution import lifecycle, spans
from pipelines.execution.preparation import Claim
from pipelines.runs import against, artifacts, telling
from pipelines.runs import parameters as values
from pipelines.runs.models import Attempt, Run
from pipelines.transformations import queries as versions
from portal.background import backlog, enqueue
from portal.durability import commit_without_waiting
from portal.failpoints import hit
from portal.postgresql.questions import Question
from portal.workers import pauses

EXECUTE = "pipelines.runs.tasks.execute"
BACKFILLS = "pipelines.backfills.tasks.tick"
LOST = "The worker stopped answering; its attempt was taken from it."
HELD_AGAIN = timedelta(seconds=15)
LOG_CHARACTERS = 64_000
LONGEST_ATTEMPT = 2 * 86_400  # seconds; a run's own limit is half of that


_DUE = Question(
    lambda run, now: Run.objects.filter(
        pauses.flowing("runs"), pk=run, state=Run.State.QUEUED, next_at__lte=now
    ).select_related("transformation__component", "environment", "team"),
    run=UUIDField(),
    now=DateTimeField(),
)


@transaction.atomic
def claim(*, run_id: str, worker: str, now: datetime) -> Claim | None:
    """Take a due run, bind what is live if it has no version yet, and open its next attempt.

    None: someone else has it, it is over, it or the queue is paused, or its content was rejected.
    """
    run = _DUE.first(run=run_id, now=now)
    if run is None:
        return None
    commit_without_waiting()  # a claim that a crash undoes is fenced off, and the run is due again
    guard.using(run.transformation.component_id)
    if not _bind(run, now=now):
        return None
    number = run.attempt + 1
    taken = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED, attempt=run.attempt).update(
        state=Run.State.RUNNING,
        attempt=number,
        tries=run.tries + 1,
        version=run.version,
        release_id=run.release_id,
        configuration_id=run.configuration_id,
        deployment_id=run.deployment_id,
        parameters=run.parameters,
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        next_at=None,
        started_at=now,
        message="",
    )
    if not taken or run.version is None or run.deployment_id is None:
        return None
    hit("pipelines.attempt.claiming")
    run.attempt, run.tries, run.state = number, run.tries + 1, Run.State.RUNNING
    Attempt.objects.create(
        run=run,
        number=number,
        version=run.version,
        deployment_id=run.deployment_id,
        worker=worker,
        started_at=now,
        waited_for=max(0.0, (now - run.queued_at).total_seconds()),
    )
    return Claim(run=run, version=run.version, number=number, claimed_at=now)


def _bind(run: Run, *, now: datetime) -> bool:
    """Give the run its version (what is live now, unless it has one) or say why it may not run."""
    component = run.transformation.component
    footing = rollouts.footing(component, run.environment, run.channel)
    if footing is None:
        _end(run, Run.State.FAILED, f"Nothing is live in {run.environment.name} any more.", now)
        return False
    if footing.hold is not None:
        Run.objects.filter(pk=run.pk, state=Run.State.QUEUED, attempt=run.attempt).update(
            next_at=now + HELD_AGAIN, message=f"Waits: {component.name} is paused here."
        )
        return False
    rejection = footing.rejection
    if run.version is not None:
        rejection = guard.rejection_of(component.pk, run.version.digest)
    else:
        live = footing.live
        run.release, run.configuration = live.release, live.configuration
        run.deployment_id = live.deployment_id
        run.version = versions.of_a_release(run.transformation_id, live.release.number)
        try:
            run.parameters = values.rebind(run.parameters, run.version.spec.get("parameters", {}))
        except values.ParameterProblem as problem:
            _end(run, Run.State.FAILED, problem.message, now)
            return False
    if rejection is not None:
        _end(run, Run.State.CANCELLED, f"{run.version} was rejected: {rejection.reason}", now)
        return False
    return True


def _end(run: Run, state: Run.State, message: str, now: datetime) -> None:
    ended = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED, attempt=run.attempt).update(
        state=state, message=message, finished_at=now, next_at=None
    )
    if ended and state == Run.State.FAILED:
        telling.run_can_not_begin(run, message, now)


def keep(*, claim: Claim, now: datetime) -> bool:
    """Prolong the lease. False: the run was cancelled, taken over or rejected; stop working."""
    held = Run.objects.filter(
        pk=claim.run.pk, state=Run.State.RUNNING, attempt=claim.number, is_cancelling=False
    )
    return bool(held.update(lease_until=now + timedelta(seconds=settings.LEASE_SECONDS)))


def show(*, claim: Claim, lines: tuple[str, ...]) -> None:
    """Let people see what a running attempt has said so far."""
    Attempt.objects.filter(run=claim.run, number=claim.number, state=Attempt.State.RUNNING).update(
        log=_tail(lines)
    )


@transaction.atomic
def succeed(*, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """The result is staged and verified: the run ends here, and its deliveries begin.

    False: this worker had been fenced off; its result is thrown away.
    """
    run = claim.run
    guard.using(run.transformation.component_id)
    hit("pipelines.attempt.finishing")
    revision = _win(
        claim,
        result_path=claim.result_path,
        result_checksum=outcome.checksum,
        rows=outcome.rows_out,
        bytes=outcome.bytes_out,
        finished_at=now,
    )
    if revision is None:
        artifacts.remove(claim.result_path)
        _end_cancelled(claim, now=now)
        return False
    Attempt.objects.filter(run=run, number=claim.number).update(
        state=Attempt.State.SUCCEEDED,
        finished_at=now,
        rows_in=outcome.rows_in,
        rows_out=outcome.rows_out,
        bytes_in=outcome.bytes_in,
        bytes_out=outcome.bytes_out,
        cpu_seconds=outcome.cpu_seconds,
        peak_memory=outcome.peak_memory,
        ran_for=outcome.ran_for,
        checks=against.facts(outcome.checks),
        log=_tail(outcome.log),
    )
    hit("pipelines.attempt.finished")
    run.revision, run.rows = revision, outcome.rows_out
    deliveries.plan(
        run=run,
        version=claim.version,
        result_path=claim.result_path,
        result_checksum=outcome.checksum,
        now=now,
    )
    telling.run_succeeded(run, now)
    _go_on(run)
    return True


def _win(claim: Claim, **ending: Any) -> int | None:
    """Write how it ended, if the attempt is still ours; the revision of its result, else None.

    An earlier result may have been delivered again since the claim, which took a number.
    """
    held: QuerySet[Run] = Run.objects.filter(
        pk=claim.run.pk, state=Run.State.RUNNING, attempt=claim.number, is_cancelling=False
    )
    known = claim.run.revision
    ending |= {"state": Run.State.SUCCEEDED, "lease_until": None, "message": ""}
    if held.filter(revision=known).update(revision=known + 1, **ending):  # usually one statement
        return known + 1
    last = held.select_for_update().values_list("revision", flat=True).first()
    if last is None or not held.update(revision=last + 1, **ending):
        return None
    return last + 1


def _go_on(run: Run) -> None:
    """A backfill need not wait for the next tick."""
    if run.backfill_id:
        enqueue(BACKFILLS)


def _end_cancelled(claim: Claim, *, now: datetime) -> None:
    """A person cancelled just as the work was done: it ends as they asked."""
    message = "Cancelled before its result was used."
    asked = Run.objects.filter(
        pk=claim.run.pk, state=Run.State.RUNNING, attempt=claim.number, is_cancelling=True
    )
    if asked.update(state=Run.State.CANCELLED, finished_at=now, lease_until=None, message=message):
        hit("pipelines.attempt.cancelling")
        Attempt.objects.filter(
            run=claim.run, number=claim.number, state=Attempt.State.RUNNING
        ).update(state=Attempt.State.CANCELLED, message=message, finished_at=now)


@transaction.atomic
def fail(*, claim: Claim, error: EngineError, now: datetime) -> None:
    """The attempt did not end well: try again where that can help, else the run has failed."""
    run = claim.run
    usage = error.usage
    cancelled = error.kind == "cancelled" or _is_cancelling(claim)
    again = not cancelled and lifecycle.may_try_again(tries=run.tries, permanent=error.permanent)
    ending = {
        "lease_until": None,
        "message": error.message,
        **_what_next(run, again=again, cancelled=cancelled, now=now),
    }
    won = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, attempt=claim.number).update(
        **ending
    )
    hit("pipelines.attempt.failing")
    against.keep(claim.against_path, error.checks)
    ours = Attempt.objects.filter(run=run, number=claim.number, state=Attempt.State.RUNNING).update(
        state=Attempt.State.CANCELLED if cancelled else Attempt.State.FAILED,
        failure=error.kind,
        message=error.message,
        finished_at=now,
        cpu_seconds=usage.cpu_seconds if usage else None,
        ran_for=usage.ran_for if usage else (now - claim.claimed_at).total_seconds(),
        peak_memory=usage.peak_memory if usage else None,
        checks=against.facts(error.checks),
        log=_tail(error.log),
    )
    artifacts.remove(claim.result_path)
    if not ours:
        artifacts.remove(claim.against_path)
    hit("pipelines.attempt.failed")
    if won and not again and not cancelled:
        telling.run_failed(run, error.message, now)
    _go_on(run)


def _is_cancelling(claim: Claim) -> bool:
    return Run.objects.filter(pk=claim.run.pk, attempt=claim.number, is_cancelling=True).exists()


def _what_next(run: Run, *, again: bool, cancelled: bool, now: datetime) -> dict[str, object]:
    if again:
        due = now + lifecycle.pause_before(run.tries, seed=str(run.pk))
        return {"state": Run.State.QUEUED, "next_at": due, "queued_at": due}
    state = Run.State.CANCELLED if cancelled else Run.State.FAILED
    return {"state": state, "finished_at": now}


def sweep(*, now: datetime) -> int:
    """Send again what is due and was not taken; take back what a dead worker held."""
    done = take_back(now=now) + resend(now=now)
    artifacts.remove_stale_inputs(older_than=LONGEST_ATTEMPT)  # last: the files may be out of reach
    return done


def resend(*, now: datetime, most: int = 200) -> int:
    """Rows whose message may be lost. While the queue is not empty only old ones are sent again."""
    patience = settings.RESEND_SECONDS * (1 if backlog("runs") == 0 else 12)
    overdue = now - timedelta(seconds=patience)
    due = list(
        Run.objects.filter(state=Run.State.QUEUED, next_at__lt=overdue)
        .order_by("next_at")
        .values_list("pk", flat=True)[:most]
    )
    # A moved next_at keeps the following sweeps from sending the same rows every second.
    Run.objects.filter(pk__in=due, state=Run.State.QUEUED).update(next_at=now)
    for run_id in due:
        enqueue(EXECUTE, run_id=str(run_id))
    return len(due)


def take_back(*, now: datetime, most: int = 200) -> int:
    """Attempts whose worker stopped prolonging its lease: lost, and queued again if that helps."""
    stale = Run.objects.filter(state=Run.State.RUNNING, lease_until__lt=now).select_related(
        "transformation__component", "environment", "release", "version"
    )[:most]
    return sum(_take_back(run, now=now) for run in stale)


def _take_back(run: Run, *, now: datetime) -> int:
    """Its files go after the commit: a sweeper that dies takes nothing from a late worker."""
    if not _lose(run, now=now):
        return 0
    spans.lost(run, LOST)
    artifacts.remove_inputs(artifacts.inputs_path(run_id=run.pk, attempt=run.attempt))
    artifacts.remove(artifacts.against_path(run_id=run.pk, attempt=run.attempt))
    place = {"environment": run.environment.name, "component": run.transformation.component.name}
    artifacts.remove(artifacts.result_path(**place, run_id=run.pk, attempt=run.attempt))
    return 1


@transaction.atomic
def _lose(run: Run, *, now: datetime) -> bool:
    again = not run.is_cancelling and lifecycle.may_try_again(tries=run.tries, permanent=False)
    if again:
        fields = {"state": Run.State.QUEUED, "next_at": now, "queued_at": now}
    else:
        state = Run.State.CANCELLED if run.is_cancelling else Run.State.FAILED
        fields = {"state": state, "finished_at": now}
    won = Run.objects.filter(
        pk=run.pk, state=Run.State.RUNNING, attempt=run.attempt, lease_until__lt=now
    ).update(lease_until=None, message=LOST, **fields)
    if not won:
        return False
    hit("pipelines.attempt.losing")
    Attempt.objects.filter(run=run, number=run.attempt, state=Attempt.State.RUNNING).update(
        state=Attempt.State.LOST, failure="lost", message=LOST, finished_at=now
    )
    hit("pipelines.attempt.lost")
    if again:
        enqueue(EXECUTE, run_id=str(run.pk))
    elif not run.is_cancelling:
        telling.run_failed(run, LOST, now)
    return True


def _tail(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)[-LOG_CHARACTERS:]
