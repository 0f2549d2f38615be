"""The tick that judges what was soiled: a call."""

from __future__ import annotations

from celery import shared_task

from observability.dora import operations
from portal.workers import pauses


@shared_task
def keep_up(**_: object) -> None:
    if pauses.is_flowing("figures"):
        operations.keep_up()
