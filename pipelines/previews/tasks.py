"""Messages of the previews queue and its sweep: a load and a call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.previews import work
from pipelines.previews.operations import working


@shared_task
def rehearse(*, preview_id: str, **_: object) -> None:
    work.rehearse(preview_id=preview_id, clock=timezone.now)


@shared_task
def look(*, look_id: str, **_: object) -> None:
    work.look(look_id=look_id, clock=timezone.now)


@shared_task
def sweep(**_: object) -> None:
    working.sweep(now=timezone.now())
