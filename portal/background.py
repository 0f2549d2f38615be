"""Handing work to the workers: by name, after the commit, with ids only.

Postgres decides, Celery carries: a message says "look at this row" and may be lost, doubled or
late without harm, because a sweeper asks the database what is due.
"""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(task: str, **ids: str) -> None:
    """Send `task` (its dotted path) to its queue once the surrounding transaction has committed."""
    transaction.on_commit(partial(_send, task, ids))


def _send(task: str, ids: dict[str, str]) -> None:
    """A broker that is away costs time, not work: the sweeper finds the row."""
    try:
        current_app.send_task(task, kwargs=ids, ignore_result=True, retry=False)
    except OperationalError as error:
        log.warning("broker away, the sweeper will send %s", task, extra={"error": str(error)})
