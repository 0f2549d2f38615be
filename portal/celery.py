"""Celery: queues by what may wait for what, and the ticks. Work itself is rows in PostgreSQL.

A long run never delays a rollback, a hanging destination never delays a run.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task

from portal import context
from portal.workers.heart import HeartStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class IdentifiedTask(Task):
    """Its log lines and audit entries carry the message's id, as a request's carry its own."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        before = context.request_id.set(self.request.id or "")
        try:
            return super().__call__(*args, **kwargs)
        finally:
            context.request_id.reset(before)


app = Celery("slipway", task_cls=IdentifiedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(HeartStep)
app.autodiscover_tasks(
    [
        "portal.audit",
        "portal.entities",
        "portal.golden_paths",
        "portal.notifications",
        "portal.workers",
        "observability.dora",
        "observability.events",
        "observability.history",
        "observability.partitions",
        "observability.senders",
        "observability.servicemap",
        "deployments.rollouts",
        "pipelines.connections",
        "pipelines.runs",
        "pipelines.schedules",
        "pipelines.backfills",
        "pipelines.bulk",
        "pipelines.deliveries",
        "pipelines.previews",
        "pipelines.retention",
    ]
)
