"""Staged results that nobody needs any more go; what may be needed for a repair stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from pipelines.deliveries.models import Delivery, Place
from pipelines.runs import artifacts
from pipelines.runs.models import Run
from portal.audit import operations as audit

AT_A_TIME = 500


def tidy(*, now: datetime) -> int:
    """Remove the results of old runs, with all that lies beside them; how many it removed.

    Kept however old: the newest result of each place and parameters, what stands at a client, and
    what is still on its way. The rows stay, so history and checksums do too. Rows against checks
    go by their age alone: they are in nobody's way to a repair.
    """
    if not settings.KEEP_RESULTS_DAYS:
        return 0
    kept_for = timedelta(days=settings.KEEP_RESULTS_DAYS)
    artifacts.remove_stale_against(older_than=kept_for.total_seconds())
    before = now - kept_for
    return sum(_forget(run_id, before, now=now) for run_id in _needless(before)[:AT_A_TIME])


@transaction.atomic
def _forget(run_id: UUID, before: datetime, *, now: datetime) -> int:
    """Remove one result, unless it is needed after all; delivering again locks the run as well."""
    run = Run.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
    if run is None or not _needless(before).filter(pk=run_id).exists():
        return 0
    component = run.transformation.component
    audit.record(
        verb="run.tidy",
        by=None,
        now=now,
        kind="run",
        thing=f"{component.name} run {run.number}",
        thing_id=run.pk,
        component=component.name,
        team=run.team.name,
        environment=run.environment.name,
        reason=f"Its staged result is older than {settings.KEEP_RESULTS_DAYS} days; newer ones "
        "have taken its place.",
        before={"checksum": run.result_checksum, "bytes": run.bytes},
    )
    path, run.result_path = run.result_path, ""
    run.save(update_fields=["result_path"])
    # After the commit: who dies in between leaves a file, never a pointer to nothing.
    transaction.on_commit(partial(artifacts.remove_beside, path))
    return 1


def _needless(before: datetime) -> QuerySet[Run, UUID]:
    """Keys of runs whose results nobody needs, the oldest first."""
    newer = Run.objects.filter(
        transformation=OuterRef("transformation"),
        environment=OuterRef("environment"),
        parameters_digest=OuterRef("parameters_digest"),
        state=Run.State.SUCCEEDED,
        pk__gt=OuterRef("pk"),
    )
    stands = Place.objects.filter(delivery__run=OuterRef("pk"))
    on_its_way = Delivery.objects.filter(
        run=OuterRef("pk"), state__in=[*Delivery.UNFINISHED, Delivery.State.HELD]
    )
    return (
        Run.objects.filter(finished_at__lt=before)
        .exclude(result_path="")
        .exclude(state__in=Run.UNFINISHED)
        .filter(Exists(newer))
        .exclude(Exists(stands))
        .exclude(Exists(on_its_way))
        .order_by("finished_at")
        .values_list("pk", flat=True)
    )
