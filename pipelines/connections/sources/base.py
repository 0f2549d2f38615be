"""The port to sources of data: from a binding and a path to files that the engine may read."""

from __future__ import annotations

from typing import Protocol

from pipelines.engines.base import Source


class SourceAdapter(Protocol):
    """A kind of connection."""

    def resolve(self, *, name: str, address: str, path: str) -> Source:
        """The input `name` as a source; Refused says what is missing or leaves the place."""
        ...
