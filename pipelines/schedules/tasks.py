"""Ticks of schedules: a call each."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from pipelines.schedules import operations, telling


@shared_task
def tick(**_: object) -> None:
    operations.tick(now=timezone.now())


@shared_task
def follow(**_: object) -> None:
    operations.follow(now=timezone.now())


@shared_task
def follow_all(**_: object) -> None:
    operations.follow(now=timezone.now(), newest=None)


@shared_task
def tell(**_: object) -> None:
    telling.tell(now=timezone.now())
