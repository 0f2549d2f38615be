"""Celery: four queues for four risks, and the ticks. Work itself is rows in PostgreSQL.

A long run never delays a rollback, a hanging destination never delays a run.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("slipway")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "portal.audit",
        "deployments.rollouts",
        "pipelines.runs",
        "pipelines.deliveries",
    ]
)
