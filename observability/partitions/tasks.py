"""The hourly tick of partitions: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observability.partitions import upkeep


@shared_task
def keep_up(**_: object) -> None:
    upkeep.keep_up(now=timezone.now())
