"""The ticks of the map: calls."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observability.servicemap import operations
from portal.workers import pauses


@shared_task
def look(**_: object) -> None:
    if pauses.is_flowing("figures"):
        operations.look(now=timezone.now())


@shared_task
def forget(**_: object) -> None:
    operations.forget(now=timezone.now())
