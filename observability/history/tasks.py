"""Imports of history on the queue of figures, and the sweep: a call each."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observability.history import operations


@shared_task
def work(*, import_id: str, **_: object) -> None:
    operations.work(import_id=import_id, clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    operations.sweep(now=timezone.now())
