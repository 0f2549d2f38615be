"""The tick over what waits for a meaning: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observability.events import operations


@shared_task
def keep_up(**_: object) -> None:
    operations.keep_up(now=timezone.now())
