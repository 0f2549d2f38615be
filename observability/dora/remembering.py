"""What a process remembers of components that it looked at, until they are judged anew.

The row of a place is written with each judgement, so its version (PostgreSQL's `xmin`) tells one
judgement from the next, whoever wrote it. Versions are read before sums: what is found here was
made of what is kept now, or of something newer. So it needs no age and nobody who takes it away.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from observability.dora.asking import Asked
from observability.dora.figures import Per
from observability.dora.reports import Own

MOST = 4096  # components, each some 5 kB


@dataclass(frozen=True, slots=True)
class Key:
    """A place as it was judged last, and what is asked of it. A window counts by whole days."""

    component: UUID
    environment: str
    version: int
    since: datetime
    end: datetime
    per: Per


class Memory:
    """The components looked at last, up to `most` of them. For several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: OrderedDict[Key, Own] = OrderedDict()
        self._lock = Lock()

    def find(self, keys: Iterable[Key]) -> dict[UUID, Own]:
        """Those that are known, by component."""
        found = {}
        with self._lock:
            for key in keys:
                if key in self._found:
                    self._found.move_to_end(key)
                    found[key.component] = self._found[key]
        return found

    def keep(self, found: Mapping[Key, Own]) -> None:
        with self._lock:
            self._found.update(found)
            while len(self._found) > self._most:
                self._found.popitem(last=False)


memory = Memory()


def key(component: UUID, version: int, asked: Asked) -> Key:
    window = asked.window
    return Key(component, asked.environment, version, window.since, window.end, asked.per)
