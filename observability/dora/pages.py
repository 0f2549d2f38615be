"""What the page shows of a report: tiles, lines, and the rows behind one figure, a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from observability.changes.models import Change
from observability.dora import queries, reports, sparks, stored, wording
from observability.dora.asking import Asked
from observability.dora.figures import Metric, Per
from observability.dora.judging import Verdict
from observability.dora.reports import Report
from observability.dora.stored import Opened
from observability.percentiles import percentile
from portal.figures import duration
from portal.tones import Tone

SIZE = 30
LINES = 50
FIVE = (
    Metric.FREQUENCY,
    Metric.LEAD_TIME,
    Metric.FAIL_RATE,
    Metric.RECOVERY,
    Metric.REWORK_RATE,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its unit, what it is made of, what changed, and its last twelve weeks."""

    metric: Metric
    title: str
    number: str
    unit: str
    n: int
    counted: str  # "commit": what n counts
    open: str  # "2 failures nothing has restored yet"
    changed: str
    tone: Tone
    quartiles: str
    nearest: str
    definition: str
    spark: sparks.Spark


@dataclass(frozen=True, slots=True)
class Row:
    """A deployment behind a figure."""

    change: Change
    verdict: Verdict
    lead: float | None
    delivery: float | None
    tone: Tone
    icon: str
    words: str
    note: str


def made(asked: Asked) -> Report:
    """Load and measure."""
    return of(stored.opened(asked))


def of(scope: Opened) -> Report:
    """The same, of what was opened already."""
    loaded, asked = stored.load(scope), scope.asked
    return reports.report(loaded.known, days=loaded.days, window=asked.window)


def tile(report: Report, metric: Metric, per: Per) -> Tile:
    found = report.headlines[metric]
    said = wording.said(metric, found.value)
    text, tone = wording.changed(metric, found.value, found.before)
    has_quartiles = found.low is not None and found.low != found.high
    quartiles = f"{wording.short(metric, found.low)} to {wording.short(metric, found.high)}"
    return Tile(
        metric=metric,
        title=wording.TITLES[metric],
        number=said.number,
        unit=said.unit,
        n=found.n,
        counted=wording.COUNTED[metric],
        open=f"{found.open:,} {wording.OPEN[metric]}" if found.open else "",
        changed=text,
        tone=tone,
        quartiles=quartiles if has_quartiles else "",
        nearest=found.nearest,
        definition=wording.definition(metric, per),
        spark=sparks.spark(report.weeks, metric),
    )


def cells(line: reports.Line) -> list[tuple[str, str, int]]:
    """A component's five figures under their titles, in words, with what each was made of."""
    found = [(metric, line.figures[metric]) for metric in FIVE]
    return [
        (wording.TITLES[each], wording.short(each, figure.value), figure.n)
        for each, figure in found
    ]


def rows(scope: Opened, metric: Metric, before: str, now: datetime) -> tuple[list[Row], str]:
    """A page of the deployments behind a figure, newest first, and where the next one begins."""
    shown, older = stored.page(scope, metric, before=before, size=SIZE)
    changes = queries.by_id(each.deployment.id for each in shown)
    return [_row(changes[each.deployment.id], each, now) for each in shown], older


def _row(change: Change, verdict: Verdict, now: datetime) -> Row:
    tone, icon, words = _outcome(verdict, now)
    return Row(
        change=change,
        verdict=verdict,
        lead=percentile(verdict.leads, 0.5),
        delivery=percentile(verdict.deliveries, 0.5),
        tone=tone,
        icon=icon,
        words=words,
        note=_note(verdict),
    )


def _outcome(verdict: Verdict, now: datetime) -> tuple[Tone, str, str]:
    if verdict.is_open:
        return "bad", "bad", f"Failed, for {duration((now - verdict.at).total_seconds())}"
    if verdict.failed:
        return "bad", "bad", f"Failed, {duration(verdict.recovery)}"
    if verdict.deployment.kind == "rollback":
        return "neutral", "undo", "Rollback"
    return ("warn", "warn", "Rework") if verdict.is_rework else ("good", "good", "No failure")


def _note(verdict: Verdict) -> str:
    notes = [verdict.failed.capitalize()] if verdict.failed else []
    if verdict.is_baseline:
        notes.append("First one here, so no lead time")
    if verdict.skewed:
        notes.append("A clock was ahead, counted as zero")
    if verdict.undated:
        notes.append("A commit has no time")
    return ". ".join(notes)


def context(asked: Asked, report: Report, metric: Metric, now: datetime) -> dict[str, Any]:
    """What does not depend on the page of rows."""
    lines: Sequence[reports.Line] = report.lines
    tiles = {each: tile(report, each, asked.per) for each in Metric}
    return {
        "asked": asked,
        "report": report,
        "metric": metric,
        "tiles": [tiles[each] for each in FIVE],
        "delivery": tiles[Metric.DELIVERY],
        "chart": sparks.chart(report.weeks, report.window.spark(), metric),
        "chosen": tiles[metric],
        "lines": [(line, cells(line)) for line in lines[:LINES]] if report.is_spread else [],
        "more_lines": max(len(lines) - LINES, 0),
        "days_a_week": wording.days(report.days_a_week),
        "heads": [wording.TITLES[each] for each in FIVE],
        "now": now,
    }
