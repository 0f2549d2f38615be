"""What a run worker does with one message: claim, let the sandbox work, write down how it ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection

from observability.instrumentation import work as tracing
from pipelines.engines.base import Beat, Engine, EngineError, Job, Outcome
from pipelines.engines.registry import engine as engine_of
from pipelines.execution import operations, preparation, spans
from pipelines.execution.notes import Notes
from pipelines.execution.preparation import Claim
from pipelines.runs import artifacts
from portal import context
from portal.failpoints import hit

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def execute(*, run_id: str, worker: str, clock: Clock) -> None:
    """Do one attempt of a run, if it is due and free. Whatever happens, the row says so."""
    began = clock()
    claim = operations.claim(run_id=run_id, worker=worker, now=began)
    if claim is None:
        return
    with context.bind(**_keys(claim)), spans.attempt(claim, began):
        hit("pipelines.attempt.claimed")
        log.info("attempt %s of run %s begins", claim.number, claim.run.number)
        notes = Notes(claim, clock)
        try:
            outcome = _attempt(claim, notes, beat=_beat(claim, clock))
        except EngineError as error:
            error.log = notes.lines + error.log
            how = {"failure": error.kind, "attempt": claim.number, **error.died}
            log.warning("attempt ended: %s", error.message, extra=how)
            tracing.failed(error.message)
            operations.fail(claim=claim, error=error, now=clock())
            return
        except Exception as bug:
            operations.fail(claim=claim, error=as_engine_error(bug), now=clock())
            raise
        hit("pipelines.attempt.staged")
        with tracing.part("write down", **{"slipway.rows": outcome.rows_out}):
            won = operations.succeed(claim=claim, outcome=outcome, now=clock())
        log.info("attempt %s: %s rows", "ended well" if won else "fenced off", outcome.rows_out)


def _attempt(claim: Claim, notes: Notes, *, beat: Beat) -> Outcome:
    """Gather the inputs and let the engine work; what was fetched goes when it is done."""
    try:
        with tracing.part("read inputs"):
            job = preparation.job(claim, beat=beat, note=notes.add)
        hit("pipelines.attempt.prepared")
        engine = engine_of(claim.version.spec.get("engine", "duckdb"))
        with tracing.part("sandbox", **{"slipway.service": spans.SANDBOX}):
            outcome = _told(engine, job, beat)
    finally:
        artifacts.remove_inputs(claim.inputs_path)
    return replace(outcome, log=notes.lines + outcome.log)


def _told(engine: Engine, job: Job, beat: Beat) -> Outcome:
    """The engine's work, with the phases that it tells of, however it ends."""
    try:
        outcome = engine.execute(job, beat=beat)
    except EngineError as error:
        spans.phases(error.phases)
        tracing.failed(error.message)
        raise
    spans.phases(outcome.phases)
    return outcome


def as_engine_error(bug: Exception) -> EngineError:
    """What a row says about an error that nobody foresaw; the error itself goes on upward."""
    if isinstance(bug, OSError):
        return EngineError(
            f"This machine could not do it: {bug.strerror or bug}.", permanent=False, kind="disk"
        )
    return EngineError(
        f"Slipway failed, not your query ({type(bug).__name__}, request "
        f"{context.request_id.get() or 'unknown'}). The platform team can find it in the logs.",
        permanent=False,
        kind="bug",
    )


def _beat(claim: Claim, clock: Clock) -> Beat:
    """Asked by the engine about twice a second; writes the lease about four times a lease."""
    every = min(1.0, settings.LEASE_SECONDS / 4)
    last = time.monotonic()

    def beat() -> bool:
        nonlocal last
        if time.monotonic() - last < every:
            return True
        last = time.monotonic()
        try:
            return operations.keep(claim=claim, now=clock())
        except DatabaseError:  # long work is not thrown away for it: the lease has time left
            log.warning("the lease could not be prolonged now", exc_info=True)
            connection.close()
            return True

    return beat


def _keys(claim: Claim) -> dict[str, str]:
    run = claim.run
    return {
        "component": run.transformation.component.name,
        "environment": run.environment.name,
        "version": str(claim.version.number),
        "deployment_id": str(run.deployment_id),
        "run_id": str(run.pk),
        "trace_id": run.trace_id,
        "team": run.team.name,
    }
