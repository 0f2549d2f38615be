"""The heart of a worker process: a thread that says every few seconds that it lives.

A process that is killed or suspended stops its threads too, so its row grows old.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SECONDS = 5.0
SANDBOXED = {"runs", "previews"}  # queues whose work needs the sandbox
OPERATIONS = "portal.workers.operations"  # by name: Celery reads this module before Django is ready
PAGE = os.sysconf("SC_PAGE_SIZE")


class Heart:
    """Beats from `start` to `stop`."""

    def __init__(self, process: str, queues: Sequence[str], slots: int) -> None:
        self.process = process
        self.queues = sorted(queues)
        self.slots = slots
        self.started_at = datetime.now(UTC)
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._live, name="heart", daemon=True)

    @property
    def name(self) -> str:
        return f"{socket.gethostname()}:{os.getpid()}"

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.over.set()
        self.thread.join(timeout=2)

    def terminate(self) -> None:
        self.stop()

    def beat(self) -> None:
        """One beat of this process, and one of the sandbox where it answers."""
        now = datetime.now(UTC)
        beat = import_string(f"{OPERATIONS}.beat")
        beat(
            name=self.name,
            process=self.process,
            queues=self.queues,
            slots=self.slots,
            memory=memory(),
            started_at=self.started_at,
            now=now,
        )
        if SANDBOXED & set(self.queues) and sandbox_answers():
            name = f"{socket.gethostname()}:zygote"
            beat(name=name, process="zygote", started_at=self.started_at, now=now)

    def _live(self) -> None:
        try:
            while True:
                self._try(self.beat)
                if self.over.wait(SECONDS):
                    self._try(lambda: import_string(f"{OPERATIONS}.leave")(name=self.name))
                    return
        finally:
            connection.close()

    def _try(self, act: Any) -> None:
        try:
            act()
        except DatabaseError:  # the work goes on; the next beat tells
            log.warning("no heartbeat could be written", exc_info=True)
        finally:
            connection.close()  # back to the pool, for those who work


class HeartStep(bootsteps.StartStopStep):
    """Gives a worker of Celery its heart."""

    requires = ("celery.worker.components:Pool",)

    def create(self, parent: Any) -> Heart:  # type: ignore[override]  # what it starts and stops
        process = os.environ.get("SLIPWAY_PROCESS") or parent.hostname.partition("@")[0]
        return Heart(process, list(parent.app.amqp.queues.consume_from), parent.concurrency)


def memory() -> int | None:
    """What this process holds in memory, in bytes; None where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * PAGE


def sandbox_answers(seconds: float = 1.0) -> bool:
    """Whether the zygote, which forks the sandboxes, takes a connection."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(seconds)
            asking.connect(settings.ZYGOTE_SOCKET)
    except OSError:
        return False
    return True
