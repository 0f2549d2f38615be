"""Messages of the control and rollback queues, and the sweep: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from deployments.rollouts import operations
from portal.background import worker_name


@shared_task
def advance(*, deployment_id: str, **_: object) -> None:
    operations.work(deployment_id=deployment_id, worker=worker_name(), now=timezone.now())


@shared_task
def advance_rollback(*, deployment_id: str, **_: object) -> None:
    operations.work(deployment_id=deployment_id, worker=worker_name(), now=timezone.now())


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
