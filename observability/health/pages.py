"""What the page of health shows: tiles, charts, where else to look. No queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from observability.health import drawing, figures
from observability.health.drawing import Chart, Frame, Line, Point
from observability.health.figures import Operation, Red
from observability.health.queries import Health
from observability.health.windows import Window
from observability.health.work import Execution
from observability.logs.asking import Asked
from observability.logs.language import field, joined
from observability.percentiles import percentile
from portal.figures import count, duration, size, times

MOST_OPERATIONS = 30
SAME = {"1h": "1h", "6h": "6h", "24h": "1d"}  # times of traces that move with the clock, too
Said = Callable[[float | None], str]


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its unit, what it was before, and what it is made of."""

    title: str
    figure: str
    note: str
    before: str  # the same figure in the time before; "" where there was nothing


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of executions: how it was distributed, and each of them."""

    title: str
    n: int
    median: str
    p95: str
    before: str  # the median of the time before
    chart: Chart


def _whole(value: float | None) -> str:
    return count(None if value is None else int(value))


MEASURES: tuple[tuple[str, str, Said], ...] = (
    ("seconds", "Run duration", duration),
    ("waited", "Waiting time", duration),
    ("rows", "Rows made", _whole),
    ("bytes", "Bytes made", size),
    ("cpu", "CPU time", duration),
    ("memory", "Peak memory", size),
)


def red_tiles(health: Health, noun: str) -> list[Tile]:
    """Rate, errors and duration of all requests, or what else its work is called."""
    now, then = health.red, health.before
    near = "by the spans themselves" if now.is_exact else "out of buckets, within 9 %"
    return [
        Tile("Rate", figures.per(now.rate), times(now.n, noun), _was(then, _rate)),
        Tile(
            "Errors",
            figures.share(now.error_share),
            f"{times(now.errors, noun)} failed of {now.n:,}",
            _was(then, lambda red: figures.share(red.error_share)),
        ),
        *(
            Tile(title, duration(getattr(now, name)), note, _was(then, _took(name)))
            for title, name, note in (
                ("Duration, median", "p50", "half took less"),
                ("p95", "p95", "19 of 20 took less"),
                ("p99", "p99", f"99 of 100 took less; {near}"),
            )
        ),
    ]


def _rate(red: Red) -> str:
    return figures.per(red.rate)


def _took(name: str) -> Callable[[Red], str]:
    return lambda red: duration(getattr(red, name))


def _was(then: Red, said: Callable[[Red], str]) -> str:
    return said(then) if then.n else ""


def red_charts(health: Health, frame: Frame, noun: str) -> dict[str, Chart]:
    """Requests by step, the share that failed, and how long they took."""
    steps = health.steps
    spoken = {at: _step(red, noun) for at, red in steps.items()}
    requests = drawing.bars(
        frame,
        {
            at: (("bad", float(red.errors)), ("accent", float(red.n - red.errors)))
            for at, red in steps.items()
        },
        spoken,
        words=f"{times(health.red.n, noun)}, {health.red.errors:,} failed",
        unit=_whole,
    )
    errors = drawing.lines(
        frame,
        [
            Line(
                "failed",
                "bad",
                {at: red.error_share for at, red in steps.items() if red.error_share is not None},
            )
        ],
        spoken,
        words=f"{figures.share(health.red.error_share)} of {noun}s failed",
        unit=figures.share,
        least=0.01,
    )
    curves = [
        Line(label, tone, {at: value for at, red in steps.items() if (value := getattr(red, name))})
        for name, label, tone in (
            ("p99", "p99", "neutral"),
            ("p95", "p95", "info"),
            ("p50", "median", "accent"),
        )
    ]
    took = drawing.lines(
        frame,
        curves,
        spoken,
        words=f"median {duration(health.red.p50)}, p95 {duration(health.red.p95)}",
        unit=duration,
    )
    return {"requests": requests, "errors": errors, "took": took}


def _step(red: Red, noun: str) -> str:
    failed = f", {red.errors:,} failed" if red.errors else ""
    took = f"; median {duration(red.p50)}, p95 {duration(red.p95)}, p99 {duration(red.p99)}"
    return f"{times(red.n, noun)}{failed}{took}"


def work_tiles(health: Health) -> list[Tile]:
    """How many executions there were, and how they ended."""
    assert health.executions is not None
    assert health.earlier is not None
    now, then = health.executions.rows, health.earlier.rows
    more = "the newest of more" if health.executions.is_cut else ""
    ended = [one for one in now if one.is_finished]
    running = len(now) - len(ended)
    return [
        Tile(
            "Runs",
            f"{len(now):,}{'+' if more else ''}",
            more or (f"{running} go on now" if running else "each try counts"),
            f"{len(then):,}" if then else "",
        ),
        Tile("Failed", *_failed(now), _failed(then)[0] if then else ""),
        *(
            Tile(title, _of(now, name, share), _counted(now, name), _of(then, name, share, ""))
            for title, name, share in (
                ("Duration, median", "seconds", 0.5),
                ("Duration, p95", "seconds", 0.95),
                ("Waited, p95", "waited", 0.95),
            )
        ),
    ]


def _failed(rows: Sequence[Execution]) -> tuple[str, str]:
    ended = [one for one in rows if one.is_finished]
    bad = [one for one in ended if one.tone in {"bad", "warn"}]
    part = len(bad) / len(ended) if ended else None
    return figures.share(part), f"{len(bad):,} of {times(len(ended), 'ended run')}"


def _of(rows: Sequence[Execution], name: str, part: float, nothing: str = "–") -> str:
    values = _values(rows, name)
    return duration(percentile(values, part)) if values else nothing


def _counted(rows: Sequence[Execution], name: str) -> str:
    return f"of {times(len(_values(rows, name)), 'run')}"


def _values(rows: Sequence[Execution], name: str) -> list[float]:
    return [value for one in rows if (value := getattr(one, name)) is not None]


def measures(health: Health, frame: Frame) -> list[Measure]:
    """Each measure of executions with a dot for each of them."""
    assert health.executions is not None
    assert health.earlier is not None
    return [
        _measure(name, title, said, health.executions.rows, health.earlier.rows, frame)
        for name, title, said in MEASURES
    ]


def _measure(
    name: str,
    title: str,
    said: Said,
    now: Sequence[Execution],
    then: Sequence[Execution],
    frame: Frame,
) -> Measure:
    values, earlier = _values(now, name), _values(then, name)
    points = [
        Point(one.at, value, one.tone, _point(one, said(value)), one.url)
        for one in now
        if (value := getattr(one, name)) is not None
    ]
    median, p95 = (said(percentile(values, part)) for part in (0.5, 0.95))
    chart = drawing.dots(
        frame,
        points,
        words=f"{title} of {times(len(values), 'run')}: median {median}, p95 {p95}",
        unit=said,
        are_links=name == "seconds",
    )
    before = said(percentile(earlier, 0.5)) if earlier else ""
    return Measure(title, len(values), median, p95, before, chart)


def _point(one: Execution, said: str) -> str:
    return f"{one.title}, {one.at.day} {one.at:%b %H:%M}: {said}, {one.state.lower()}"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where to look at the same time."""

    label: str
    icon: str
    url: str


def elsewhere(component: str, place: str, window: Window, *, has_runs: bool) -> list[Elsewhere]:
    """Logs, traces, runs and changes of the same component, place and time."""
    terms = [field("component", component), *([field("environment", place)] if place else [])]
    logs = Asked(joined(terms), window.span).address()
    changes = {"component": component, "environment": place, **_between(window)}
    found = [
        Elsewhere("Logs", "log", reverse("observability:log-list") + logs),
        Elsewhere("Traces", "trace", traces(component, place, window)),
    ]
    if has_runs:
        runs = reverse("pipelines:component-runs", args=[component])
        found.append(Elsewhere("Runs", "run", runs + _query(environment=place)))
    listed = reverse("observability:change-list") + _query(**changes)
    return [*found, Elsewhere("Changes", "change", listed)]


def traces(component: str, place: str, window: Window, **more: str) -> str:
    """The search for traces of this time."""
    time = SAME.get(window.preset)
    when = {"time": time} if time else _between(window)
    asked = {"component": component, "environment": place, **when, **more}
    return reverse("observability:trace-list") + _query(**asked)


def _between(window: Window) -> dict[str, str]:
    return {"since": _written(window.since), "until": _written(window.until)}


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _query(**given: str) -> str:
    kept = {name: value for name, value in given.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True, slots=True)
class Row:
    """An operation, in words, with the traces behind it."""

    name: str
    url: str
    failed: str  # the traces of those that failed; "" where none did
    n: int
    rate: str
    errors: str
    took: tuple[str, ...]  # median, p95, p99
    before: str  # p95


def _row(one: Operation, component: str, place: str, window: Window) -> Row:
    url = traces(component, place, window, operation=one.name)
    red = one.red
    return Row(
        name=one.name,
        url=url,
        failed=f"{url}&error=1" if red.errors else "",
        n=red.n,
        rate=figures.per(red.rate),
        errors=figures.share(red.error_share),
        took=(duration(red.p50), duration(red.p95), duration(red.p99)),
        before=duration(one.before.p95),
    )


def context(health: Health, frame: Frame, component: str, place: str) -> dict[str, Any]:
    """What the figures are shown with."""
    rows = [
        _row(one, component, place, health.window) for one in health.operations[:MOST_OPERATIONS]
    ]
    noun = "request" if health.executions is None else "operation"
    shown: dict[str, Any] = {
        "health": health,
        "noun": noun,
        "window": health.window,
        "charts": red_charts(health, frame, noun) if health.red.n else None,
        "tiles": red_tiles(health, noun) if health.red.n else [],
        "operations": rows,
        "more_operations": max(len(health.operations) - MOST_OPERATIONS, 0),
    }
    if health.executions and health.executions.rows:
        ended = Counter((one.tone, one.state.lower()) for one in health.executions.rows)
        shown |= {
            "work_tiles": work_tiles(health),
            "measures": measures(health, frame),
            "outcomes": [(tone, state, n) for (tone, state), n in ended.most_common()],
        }
    return shown
