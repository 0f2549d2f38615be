"""Letting a failure stand, with a reason, and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from pipelines.acceptances.models import Acceptance
from pipelines.runs.models import Run
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Moved, Refused

ACCEPTABLE = (Run.State.FAILED, Run.State.CANCELLED)


@transaction.atomic
def accept(*, run: Run, by: User, now: datetime, reason: str) -> Acceptance:
    """Say why a run that did not end well may stay as it is. It waits for nobody from then on."""
    access.require(by, "run.accept", run.transformation.component)
    if not reason.strip():
        raise Refused("Say why it may stand: others will wonder.", field="reason")
    if not Run.objects.filter(pk=run.pk, state__in=ACCEPTABLE, attempt=run.attempt).exists():
        raise Moved(
            f"{str(run).capitalize()} did not fail, or it runs again. There is nothing to accept."
        )
    try:
        with transaction.atomic():
            acceptance = Acceptance.objects.create(
                run=run,
                attempt=run.attempt,
                reason=reason.strip(),
                accepted_by=by,
                accepted_at=now,
            )
    except IntegrityError as error:
        raise Moved(f"{str(run).capitalize()} is accepted already.") from error
    _audit(run, "run.accept", by=by, now=now, reason=acceptance.reason)
    return acceptance


@transaction.atomic
def undo(*, run: Run, by: User, now: datetime) -> Acceptance:
    """It counts as a failure again."""
    access.require(by, "run.accept", run.transformation.component)
    acceptance = Acceptance.objects.active().filter(run=run).order_by("-attempt").first()
    if acceptance is None or not Acceptance.objects.active().filter(pk=acceptance.pk).update(
        undone_by=by, undone_at=now
    ):
        raise Moved(f"{str(run).capitalize()} is not accepted.")
    _audit(run, "run.unaccept", by=by, now=now, before={"reason": acceptance.reason})
    return acceptance


def _audit(run: Run, verb: str, *, by: User, now: datetime, **more: object) -> None:
    component = run.transformation.component
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="run",
        thing=f"{component.name} run {run.number}",
        thing_id=run.pk,
        component=component.name,
        team=component.team.name,
        environment=run.environment.name,
        **more,  # type: ignore[arg-type]
    )
