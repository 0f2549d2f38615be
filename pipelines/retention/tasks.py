"""The hourly tick of tidying: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.retention import operations


@shared_task
def tidy(**_: object) -> None:
    operations.tidy(now=timezone.now())
