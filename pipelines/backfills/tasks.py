"""The tick of backfills: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.backfills import operations


@shared_task
def tick(**_: object) -> None:
    operations.tick(now=timezone.now())
