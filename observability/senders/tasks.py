"""The tick that puts what was seen into the catalog: a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from observability.senders import operations


@shared_task
def introduce(**_: object) -> None:
    operations.introduce(now=timezone.now())
