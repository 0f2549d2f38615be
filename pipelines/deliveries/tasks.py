"""Messages of the deliveries queue and its sweep: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.dispatch import operations, work
from portal.background import worker_name


@shared_task
def deliver(*, delivery_id: str, **_: object) -> None:
    work.deliver(delivery_id=delivery_id, worker=worker_name(), clock=timezone.now)


@shared_task
def clear(*, delivery_id: str, **_: object) -> None:
    work.clear(delivery_id=delivery_id, clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
