"""The port to where inputs come from: it turns an entry of a file into what an engine reads.

Pure: no tables. One adapter a file beside this one; settings name them by kind.

Two ways in. An attempt *gathers* its inputs: files stay where they are, tables are written to a
folder of the attempt. An editor looks around: it *browses* what there is, *describes* the columns
of one input and *samples* its rows. Who may see rows is the caller's question; see `queries.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol

from pipelines.engines.base import Beat, Column, Sample, Source

Note = Callable[[str], None]
# What a binding sets beside its address; `pipelines/connections/options.py` knows the names.
Options = Mapping[str, Any]
NONE: Options = MappingProxyType({})
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """One input of a file: a path (parameters filled in; * ? [ ] allowed) or a table.

    `format` "" means that the path's ending tells. `columns` are all that is needed of a table;
    none means all of them.
    """

    name: str
    path: str = ""
    table: str = ""
    format: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be an input: `path` of a file, or `table` (schema.name) of a database.

    `rows` is what the source itself guesses; `bytes` is its size there. None: it does not say.
    """

    kind: Literal["file", "table", "view"]
    path: str = ""
    table: str = ""
    format: str = ""
    bytes: int | None = None
    rows: int | None = None
    changed_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it: what stands in the file."""
        return self.path or self.table


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a connection offers, by name; `has_more` where only the first were read."""

    offers: tuple[Offer, ...]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Portion:
    """How much of each table may be fetched: rows, bytes on the way, seconds for all together.

    More than that is refused, in words; with `is_head` it is cut instead: the first rows will do.
    """

    rows: int = 20_000_000
    bytes: int = 2048 * MEBIBYTE
    seconds: float = 600
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """How a connection was when it was tried: what answers, what it shows, what to mend.

    `warnings` are sentences; a trial with some is still one that works.
    """

    summary: str
    warnings: tuple[str, ...] = ()


class SourceError(Exception):
    """The input can't be had, in a sentence. `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool, is_cancelled: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.is_cancelled = is_cancelled


class SourceAdapter(Protocol):
    """One kind of connection. Everything raises SourceError, in words."""

    def problem(self, wanted: Wanted) -> str:
        """Why this kind of connection can't give such an input at all, or ""."""
        ...

    def gather(
        self,
        address: str,
        wanted: Sequence[Wanted],
        *,
        secret: str = "",
        options: Options = NONE,
        folder: Path,
        portion: Portion,
        beat: Beat,
        note: Note,
    ) -> list[Source]:
        """What the engine reads for these inputs of one connection, all as of one instant.

        What is no file yet is written below `folder`, which the caller makes and removes. `beat` is
        asked at least every second, False cancels; `note` takes lines for the attempt's log.
        """
        ...

    def browse(
        self,
        address: str,
        *,
        secret: str = "",
        options: Options = NONE,
        search: str = "",
        most: int = 200,
    ) -> Shelf:
        """What can be an input here, by name; only what has `search` in its name."""
        ...

    def describe(
        self, address: str, wanted: Wanted, *, secret: str = "", options: Options = NONE
    ) -> tuple[Column, ...]:
        """The columns of one input, by the engine's names of types; no row is shown."""
        ...

    def sample(
        self,
        address: str,
        wanted: Wanted,
        *,
        rows: int = 50,
        secret: str = "",
        options: Options = NONE,
    ) -> Sample:
        """The first rows of one input; cells are JSON-safe and cut to a length."""
        ...

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Reach it, and say what answers. Raises SourceError where it can't be used."""
        ...
