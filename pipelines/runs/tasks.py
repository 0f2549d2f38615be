"""Messages of the runs queue and its sweep: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.execution import operations, work
from portal.background import worker_name


@shared_task
def execute(*, run_id: str, **_: object) -> None:
    work.execute(run_id=run_id, worker=worker_name(), clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
