"""The grid of runs: a column for a due time, a row for the run, each check, each delivery. Pure.

What a cell shows is told three times: by colour, by shape, and in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.schedules import words
from portal import figures
from portal.tones import Tone

BAR = 20.0  # the height of the longest run's bar
APART = 4  # columns between two labels of days, at least
LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Seen:
    """One part of a run as the grid sees it: its state in tone, icon and word."""

    tone: Tone
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run of one due time. `seconds` is None where it has not run."""

    number: int
    logical_at: datetime
    state: Seen
    seconds: float | None
    started_at: datetime | None
    message: str
    reason: str
    version: str
    checks: Mapping[str, Seen] = field(default_factory=dict)
    deliveries: Mapping[str, Seen] = field(default_factory=dict)
    is_finished: bool = True
    is_failed: bool = False
    is_accepted: bool = False
    is_delivering: bool = True
    is_made_up: bool = False  # by a backfill: long after its time, as was asked
    others: int = 0  # runs of the same due time with other parameters


@dataclass(frozen=True, slots=True)
class Gap:
    """A due time without a run, and why."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Column:
    """A due time: what is said about it under the grid, and how long its run took."""

    key: str  # unique on the page
    at: datetime
    local: str
    wall: str  # as a field for local times takes it
    label: str  # the day, where it begins
    run: SeenRun | None
    gap: Gap | None
    is_ahead: bool
    bar: float
    late_by: str  # "2 h 12 m", where it began late

    @property
    def bar_top(self) -> float:
        return BAR - self.bar


@dataclass(frozen=True, slots=True)
class Cell:
    """A square. Without a state it is hollow (`gap`), not there yet (`ahead`) or empty."""

    kind: str  # state, gap, ahead, none
    column: Column
    seen: Seen | None = None
    number: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A name and a cell for each column."""

    kind: str  # run, check, delivery
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.columns)


def build(
    *, runs: Sequence[SeenRun], gaps: Sequence[Gap], ahead: datetime | None, timezone: str
) -> Grid:
    """The grid, oldest column first. `ahead`: the next due time, which has no run yet."""
    by_time: dict[datetime, SeenRun] = {run.logical_at: run for run in runs}
    missing = {gap.at: gap for gap in gaps if gap.at not in by_time}
    times = sorted({*by_time, *missing, *([ahead] if ahead else [])})
    longest = max((run.seconds or 0 for run in runs), default=0)
    labels = _labels(times, timezone)
    columns = tuple(
        _column(at, by_time.get(at), missing.get(at), longest, timezone, label)
        for at, label in zip(times, labels, strict=True)
    )
    return Grid(columns, tuple(_rows(columns)))


def _labels(times: Sequence[datetime], timezone: str) -> list[str]:
    """The day above its first column, as far as there is room."""
    labels, last, said = [], -APART, None
    for number, at in enumerate(times):
        day = at.astimezone(ZoneInfo(timezone)).date()
        is_new = day != said and number - last >= APART
        labels.append(f"{day:%-d %b}" if is_new else "")
        last, said = (number, day) if is_new else (last, said)
    return labels


def _column(
    at: datetime,
    run: SeenRun | None,
    gap: Gap | None,
    longest: float,
    timezone: str,
    label: str,
) -> Column:
    seconds = run.seconds if run else None
    return Column(
        key=f"{at:%Y%m%d%H%M%S}",
        at=at,
        local=words.local(at, timezone),
        wall=at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M"),
        label=label,
        run=run,
        gap=gap,
        is_ahead=run is None and gap is None,
        bar=max(1.0, BAR * seconds / longest) if seconds is not None and longest else 0.0,
        late_by=_late_by(run),
    )


def _late_by(run: SeenRun | None) -> str:
    if run is None or run.is_made_up or run.started_at is None:
        return ""
    if run.started_at - run.logical_at < LATE:
        return ""
    return figures.duration(run.started_at - run.logical_at)


def _rows(columns: Sequence[Column]) -> Iterable[Row]:
    yield Row("run", "Run", tuple(_run_cell(column) for column in columns))
    runs = [column.run for column in columns if column.run]
    for kind, parts in (
        ("check", [run.checks for run in runs]),
        ("delivery", [run.deliveries for run in runs]),
    ):
        for name in dict.fromkeys(name for part in reversed(parts) for name in part):
            yield Row(kind, name, tuple(_part_cell(column, kind, name) for column in columns))


def _run_cell(column: Column) -> Cell:
    if column.run is not None:
        run = column.run
        said = f"{column.local}: run {run.number}, {run.state.word.lower()}"
        return Cell("state", column, run.state, run.number, said)
    if column.gap is not None:
        return Cell("gap", column, words=f"{column.local}: no run. {column.gap.why}")
    return Cell("ahead", column, words=f"{column.local}: due next")


def _part_cell(column: Column, kind: str, name: str) -> Cell:
    if column.run is None:
        return Cell("none", column)
    parts = column.run.checks if kind == "check" else column.run.deliveries
    seen = parts.get(name)
    if seen is None:
        return Cell("none", column)
    said = f"{column.local}: {name}, {seen.word.lower()}"
    return Cell("state", column, seen, column.run.number, said)
