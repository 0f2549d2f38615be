"""Messages of bulk actions and their sweep: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.bulk import operations


@shared_task
def work(*, action_id: str, **_: object) -> None:
    operations.work(action_id=action_id, clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
