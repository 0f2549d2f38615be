"""The hourly tick of partitions: a call."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from observability.instrumentation import operations as instrumentation
from observability.logs import operations as logs
from observability.partitions import operations
from observability.series.stores import postgres as metrics
from observability.traces.stores import volumes


@shared_task
def keep_up(**_: object) -> None:
    now = timezone.now()
    operations.keep_up(now=now)
    keep = timedelta(days=max(settings.KEEP_TELEMETRY_DAYS.values()))
    logs.forget(now=now, keep=keep)
    volumes.forget(now=now, keep=keep)
    metrics.forget(now=now)
    instrumentation.forget(now=now)
