"""The tick that shows that ticks come, and tidies what is long gone."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.idempotency import operations as idempotency
from portal.manifests import operations as manifests
from portal.sessions import operations as sessions
from portal.workers import operations


@shared_task
def tick(**_: object) -> None:
    now = timezone.now()
    operations.beat(name="beat", process="beat", started_at=now, now=now)
    operations.forget(now=now)
    idempotency.forget(now=now)
    sessions.forget()
    manifests.leave_behind(now=now)
