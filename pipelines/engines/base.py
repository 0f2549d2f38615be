"""The engine port: what any engine must be able to do with one SQL query, and what it answers.

Pure: no Django, no library. Adapters lie beside this file and pass tests/contracts/test_engines.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Value = str | int | float | bool | None
Cell = str | int | float | bool | None
Beat = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use; exceeding any of them ends it with a sentence that names the limit.

    `seconds` is wall time. Megabytes are MiB. `memory_mb` is the engine's own budget.
    """

    memory_mb: int = 512
    seconds: float = 300
    threads: int = 1
    temp_mb: int = 1024
    file_mb: int = 1024
    open_files: int = 256
    rows_sample: int = 1000
    cell_characters: int = 200


# For what Slipway does with a verified result: there is no SQL of anyone's, only its size.
CONVERSION = Limits(seconds=3600, temp_mb=4096, file_mb=65536)


@dataclass(frozen=True, slots=True)
class Source:
    """One named input: files that the caller has already resolved to absolute paths.

    `most_rows`: only the first ones are read, for a rehearsal; 0 is all of them.
    """

    name: str
    format: str
    paths: tuple[str, ...]
    most_rows: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is promised, or one that was found; `type` as the engine spells it."""

    name: str
    type: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A SELECT over `result` and the inputs that passes when it returns no row."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Job:
    """One query to run: everything the sandbox may know. `result_path` must not exist yet.

    No `columns` means no contract on columns. `label` is shown in logs and in the process list.
    """

    sql: str
    sources: tuple[Source, ...]
    result_path: str
    parameters: dict[str, Value] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    limits: Limits = Limits()
    label: str = ""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one check ended: in words, and by the number of rows against it with the first few."""

    name: str
    is_passed: bool
    message: str
    rows: int
    sample: Sample | None = field(default=None, repr=False)  # rows stand in no log


@dataclass(frozen=True, slots=True)
class Usage:
    """What a job cost so far: seconds of CPU and of wall time, and bytes at the peak."""

    cpu_seconds: float = 0.0
    ran_for: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a job's work, in seconds since 1970 by the clock of the engine's machine."""

    name: str
    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """A staged and verified result. Bytes in are the sizes of the input files.

    `rows_in` is the number of rows in the inputs. `log` holds lines that begin with a UTC time.
    """

    rows_in: int
    rows_out: int
    bytes_in: int
    bytes_out: int
    cpu_seconds: float
    ran_for: float
    peak_memory: int
    checksum: str
    checks: tuple[CheckOutcome, ...]
    columns: tuple[Column, ...]
    log: tuple[str, ...]
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the engine's own parser says about one query, each in the order of the text.

    `tables` are the names that it reads and does not define itself: its inputs.
    """

    parameters: tuple[str, ...]
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arriving:
    """A column of rows that a database sent as text, and the type that it is to have.

    `form`: "plain", "hex" (bytes as hexadecimal digits), "list" (a JSON array of texts) or "none"
    (a column that is not kept).
    """

    name: str
    type: str
    form: str = "plain"


@dataclass(frozen=True, slots=True)
class Converted:
    """A file made from a staged result; `checksum` is "sha256:..." of its bytes."""

    rows: int
    bytes: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a staged result; cells are JSON-safe and cut to a length."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An input by its columns only: enough to see whether a query fits it."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """The columns that a query would return, and what of them a run would refuse, in sentences."""

    columns: tuple[Column, ...]
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """What a rehearsal read of one input; `is_cut` where there may be more."""

    name: str
    rows: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """A column of a rehearsed result. `low` and `high` are values of rows, as words; "" unknown."""

    name: str
    type: str
    nulls: int
    distinct: int
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """A step of the plan by which a query was run: what it did, in words, and what that took."""

    name: str
    about: str
    depth: int  # from the result down to the inputs
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How a run on the first rows would end: what it makes, and what it would be refused for.

    `keys` are the columns, alone or in pairs, that tell the rows apart, the shortest first.
    """

    portions: tuple[Portion, ...]
    rows_out: int
    bytes_out: int
    columns: tuple[Figures, ...]
    keys: tuple[tuple[str, ...], ...]
    complaints: tuple[str, ...]
    checks: tuple[CheckOutcome, ...]
    rows: tuple[tuple[Cell, ...], ...]
    usage: Usage
    plan: tuple[Operator, ...] = ()
    inputs: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the columns of each


class EngineError(Exception):
    """A job did not end well, in a sentence for a person; what it had used and logged comes along.

    `kind` is one of: sql, input, contract, key, check, limit:memory, limit:time, limit:temp,
    limit:file, limit:processes, disk, cancelled, crashed, lost. `permanent`: trying again with the
    same spec and data cannot help. `line` and `column` count from 1 in the SQL that `part` names:
    "" is the query itself, otherwise the name of a check. `died`: how its process did, for the log.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        kind: str,
        line: int | None = None,
        column: int | None = None,
        part: str = "",
        usage: Usage | None = None,
        checks: tuple[CheckOutcome, ...] = (),
        log: tuple[str, ...] = (),
        phases: tuple[Phase, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.kind = kind
        self.line = line
        self.column = column
        self.part = part
        self.usage = usage
        self.checks = checks
        self.log = log
        self.phases = phases
        self.died: dict[str, int | str] = {}

    @property
    def words(self) -> str:
        """The message for whoever shows the place beside it: an editor, a line of a file."""
        return self.message.removeprefix(f"Line {self.line}, column {self.column}: ")


class Engine(Protocol):
    """Runs one query over named inputs and leaves one verified Parquet file, or nothing."""

    def inspect(self, sql: str) -> Inspection:
        """Parse without running: exactly one SELECT, else EngineError(kind="sql") with a place."""
        ...

    def execute(self, job: Job, *, beat: Beat) -> Outcome:
        """Run, verify and stage. `beat` is asked at least every second; False cancels and kills."""
        ...

    def convert(
        self, *, source: str, target: str, format: str, limits: Limits = CONVERSION
    ) -> Converted:
        """Write a staged Parquet result as "csv", "jsonl" or "parquet" to a path that is free.

        "copy" is CSV without a header as PostgreSQL's COPY takes it, lists and structs as JSON.
        """
        ...

    def ingest(
        self,
        *,
        source: str,
        target: str,
        columns: Sequence[Arriving],
        beat: Beat,
        limits: Limits = CONVERSION,
    ) -> Converted:
        """Make Parquet at a free path out of CSV as PostgreSQL's COPY writes it, without a header.

        A value that does not fit its column's type is an EngineError(kind="input").
        """
        ...

    def sample(self, *, path: str, rows: int = 100, limits: Limits = Limits()) -> Sample:
        """Read the first rows of a staged Parquet result."""
        ...

    def look(self, *, source: Source, rows: int = 50, limits: Limits = Limits()) -> Sample:
        """Read columns and first rows of an input; no rows at all is enough to see its columns."""
        ...

    def describe(
        self,
        *,
        sql: str,
        shapes: Sequence[Shape],
        parameters: Mapping[str, Value],
        columns: tuple[Column, ...] = (),
        key: tuple[str, ...] = (),
    ) -> Description:
        """What a query over these inputs would return; no data are read.

        EngineError(kind="sql") with a place where it does not fit them.
        """
        ...

    def rehearse(self, job: Job, *, beat: Beat, rows: int = 100) -> Rehearsal:
        """Run, but tell what breaks contract, key or checks instead of refusing it.

        The result's file is the caller's to remove; its first rows are answered.
        """
        ...
