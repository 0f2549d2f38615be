"""How many spans and lines were sent and dropped. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Tally(NamedTuple):
    """Four counts, of a process since it started or of a kind of process ever."""

    spans: int = 0
    lines: int = 0
    dropped_spans: int = 0
    dropped_lines: int = 0

    @property
    def dropped(self) -> int:
        return self.dropped_spans + self.dropped_lines

    def since(self, before: Tally) -> Tally:
        """How many came since then."""
        return Tally(*(now - then for now, then in zip(self, before, strict=True)))
