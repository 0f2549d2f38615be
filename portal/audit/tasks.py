"""The sealer's tick."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from portal.audit import operations


@shared_task
def seal(**_: Any) -> None:
    operations.seal(now=timezone.now())
