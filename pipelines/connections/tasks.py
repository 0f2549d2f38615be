"""Messages about places: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.connections import trials


@shared_task
def test(*, binding_id: str, **_: object) -> None:
    trials.run(binding_id=binding_id, clock=timezone.now)
