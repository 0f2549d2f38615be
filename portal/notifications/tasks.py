"""Messages and ticks of notifications: a load and a call."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from portal.notifications import operations, work


@shared_task
def fold(**_: Any) -> None:
    operations.fold(now=timezone.now())


@shared_task
def send(*, message_id: str, **_: Any) -> None:
    work.send(message_id=message_id, clock=timezone.now)


@shared_task
def forget(**_: Any) -> None:
    operations.forget(now=timezone.now())


@shared_task
def sweep(**_: Any) -> None:
    operations.sweep(now=timezone.now())
