"""The heart of a worker process: a thread that says every few seconds that it lives.

A process that is killed or suspended stops its threads too, so its row grows old.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Container, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from celery import bootsteps
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SECONDS = 5.0
SANDBOXED = {"runs", "previews"}  # queues whose work needs the sandbox
OPERATIONS = "portal.workers.operations"  # by name: Celery reads this module before Django is ready
IS_TO_DRAIN = "portal.workers.pauses.is_to_drain"
PAGE = os.sysconf("SC_PAGE_SIZE")


class Mouth(Protocol):
    """Where a process takes its work from."""

    def open(self) -> None:
        """Take work again."""

    def close(self) -> None:
        """Take nothing new; what is in hand goes on to its end."""


class Consumer:
    """The queues of a worker of Celery, asked from the heart's thread and changed in its own.

    A connection that broke begins with all queues again: so it is said again with each beat.
    """

    def __init__(self, worker: Any, queues: Sequence[str]) -> None:
        self.worker = worker
        self.queues = list(queues)

    def open(self) -> None:
        self._soon("add_task_queue", lambda name, taken: name not in taken)

    def close(self) -> None:
        self._soon("cancel_task_queue", lambda name, taken: name in taken)

    def _soon(self, act: str, wants: Callable[[str, Container[str]], bool]) -> None:
        consumer = self.worker.consumer
        if consumer is None or consumer.task_consumer is None:
            return  # between two connections; the next beat says it again
        taken = {queue.name for queue in consumer.task_consumer.queues}
        for name in self.queues:
            if wants(name, taken):
                consumer.call_soon(getattr(consumer, act), name)


class Heart:
    """Beats from `start` to `stop`. With each beat it asks whether its process is to drain."""

    def __init__(
        self, process: str, queues: Sequence[str], slots: int, mouth: Mouth | None = None
    ) -> None:
        self.process = process
        self.mouth = mouth
        self.takes_work = True
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
        self._drain_or_not()
        beat = import_string(f"{OPERATIONS}.beat")
        beat(
            name=self.name,
            process=self.process,
            queues=self.queues,
            slots=self.slots,
            memory=memory(),
            takes_work=self.takes_work,
            started_at=self.started_at,
            now=now,
        )
        if SANDBOXED & set(self.queues) and sandbox_answers():
            name = f"{socket.gethostname()}:zygote"
            beat(name=name, process="zygote", started_at=self.started_at, now=now)

    def _drain_or_not(self) -> None:
        """What somebody has said about this process. It ends with it: the next one is another."""
        self.takes_work = not import_string(IS_TO_DRAIN)(self.name, self.started_at)
        if self.mouth is None:
            return
        if self.takes_work:
            self.mouth.open()
        else:
            self.mouth.close()

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
        queues = list(parent.app.amqp.queues.consume_from)
        return Heart(process, queues, parent.concurrency, Consumer(parent, queues))


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
