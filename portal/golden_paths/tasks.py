"""Messages of the control queue, and the sweep: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.background import worker_name
from portal.golden_paths import operations


@shared_task
def work(*, path_run_id: str, **_: object) -> None:
    operations.work(path_run_id=path_run_id, worker=worker_name(), now=timezone.now())


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
