"""The tick that judges what was soiled: a call."""

from __future__ import annotations

from celery import shared_task

from observability.dora import operations


@shared_task
def keep_up(**_: object) -> None:
    operations.keep_up()
