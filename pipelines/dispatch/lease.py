"""Keeping a delivery's lease alive while its bytes are converted and copied, however long."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection

from pipelines.dispatch import operations
from pipelines.dispatch.operations import Claim

log = logging.getLogger(__name__)


@contextmanager
def kept(claim: Claim, clock: Callable[[], datetime]) -> Iterator[None]:
    """Prolong the lease from a thread beside the work, four times a lease, until the block ends.

    A process that is killed or suspended stops its threads too, so the lease still runs out.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(claim, clock, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(claim: Claim, clock: Callable[[], datetime], over: threading.Event) -> None:
    try:
        while not over.wait(settings.LEASE_SECONDS / 4):
            try:
                if not operations.keep(claim=claim, now=clock()):
                    return
            except DatabaseError:  # tried again in time: the lease is four times as long
                log.warning("the lease could not be prolonged now", exc_info=True)
                connection.close()
    finally:
        connection.close()
