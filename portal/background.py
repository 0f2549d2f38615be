"""Handing work to the workers: by name, after the commit, with ids only.

Postgres decides, Celery carries: a message says "look at this row" and may be lost, doubled or
late without harm, because a sweeper asks the database what is due.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import cast

from celery import current_app
from django.db import transaction
from kombu import Connection
from kombu.exceptions import ChannelError, OperationalError
from kombu.transport.virtual import Channel as VirtualChannel
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds for which a broker that did not answer is left alone: sweepers look as often
_away_until = 0.0  # of this process, and a guess that threads may overwrite; 0: it is not away


def enqueue(task: str, **ids: str) -> None:
    """Send `task` (its dotted path) to its queue once the surrounding transaction has committed."""
    transaction.on_commit(partial(_send, task, ids), robust=True)


def _send(task: str, ids: dict[str, str]) -> None:
    """A broker that is away costs time, not work: the sweeper finds the row.

    And it costs one request that time, not each: threads that wait for it would soon be all.
    """
    global _away_until  # noqa: PLW0603
    if time.monotonic() < _away_until:
        return
    if _away_until:
        _away_until = time.monotonic() + PAUSE  # we look; the others need not
    try:
        current_app.send_task(task, kwargs=ids, ignore_result=True, retry=False)
    except (OperationalError, RedisError) as error:
        _away_until = time.monotonic() + PAUSE
        log.warning("broker away, the sweeper will send %s", task, extra={"error": str(error)})
    else:
        _away_until = 0.0


def backlog(queue: str) -> int:
    """How many messages wait in a queue of the broker; -1 where it does not answer."""
    return backlogs([queue])[queue]


def backlogs(queues: Sequence[str]) -> dict[str, int]:
    """The same of several queues, over one connection; all -1 where the broker does not answer."""
    try:
        with current_app.pool.acquire(block=True, timeout=2) as lent:
            channel = cast(VirtualChannel, cast(Connection, lent).default_channel)
            return {queue: _messages(channel, queue) for queue in queues}
    except (OperationalError, RedisError):  # the latter of a connection that it had before
        return dict.fromkeys(queues, -1)


def _messages(channel: VirtualChannel, queue: str) -> int:
    try:
        return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except ChannelError:  # Redis keeps no empty list, so an empty queue does not exist
        return 0


def worker_name() -> str:
    """Who works: machine, process and thread, as attempts show it."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident() % 10_000}"
