"""The tick that shows that ticks come, and rounds of several ticks."""

from __future__ import annotations

from celery import current_app, shared_task
from django.db import close_old_connections
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


@shared_task
def go_round(*, ticks: list[str], **_: object) -> None:
    """Several ticks, one after the other; what breaks in one keeps none of the others."""
    broken = []
    for name in ticks:
        try:
            current_app.tasks[name].run()
        except Exception as error:  # noqa: BLE001 - raised when the others have had their turn
            error.add_note(f"in {name}")
            broken.append(error)
            close_old_connections()
    if broken:
        raise ExceptionGroup("Ticks broke", broken)
