"""The port to where inputs come from: it turns an entry of a file into what an engine reads.

Pure: no tables. One adapter a file beside this one; settings name them by kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipelines.engines.base import Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """One input of a file: a path (parameters filled in; * ? [ ] allowed) or a table.

    `format` "" means that the path's ending tells.
    """

    name: str
    path: str = ""
    table: str = ""
    format: str = ""


class SourceError(Exception):
    """The input can't be had, in a sentence. `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


class SourceAdapter(Protocol):
    """One kind of connection."""

    def problem(self, wanted: Wanted) -> str:
        """Why this kind of connection can't give such an input at all, or ""."""
        ...

    def resolve(self, address: str, wanted: Wanted, *, secret: str = "") -> Source:
        """What the engine reads, at this address now. Raises SourceError."""
        ...
