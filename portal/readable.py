"""Whether there is something to read, however many files the process has open."""

from __future__ import annotations

import select
from typing import Protocol


class HasDescriptor(Protocol):
    def fileno(self) -> int: ...


def is_readable(what: int | HasDescriptor, *, seconds: float) -> bool:
    """Wait so long for bytes or for the end. `select` itself refuses descriptors above 1,023."""
    poll = select.poll()
    poll.register(what, select.POLLIN)
    return bool(poll.poll(max(0.0, seconds) * 1000))
