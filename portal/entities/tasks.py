"""Reading sources of the catalog, and the sweep: a call each."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.entities import operations


@shared_task
def sync(*, source_id: str, **_: object) -> None:
    operations.work(source_id=source_id, clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
