"""Runs as a strip of bars: height is time, colour and shape are outcome. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import median

from portal.figures import duration, times
from portal.tones import Tone

HIGH, LOW, WIDTH, GAP = 40.0, 6.0, 7.0, 3.0
ROOM = 12.0  # above the highest bar, for the notch of what was wrong
SLOW = 2.0  # times the usual

LEGEND: dict[str, tuple[Tone, str]] = {
    "good": ("good", "Succeeded"),
    "slow": ("warn", "Slow"),
    "wrong": ("bad", "Rejected since"),
    "failed": ("bad", "Failed"),
    "cancelled": ("neutral", "Cancelled"),
    "open": ("running", "Under way"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as the strip sees it; `seconds` is None where it has not run."""

    number: int
    state: str
    seconds: float | None
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    outcome: str
    number: int = 0
    words: str = ""

    @property
    def tone(self) -> Tone:
        return LEGEND[self.outcome][0]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Strip:
    """What the template draws; `legend` is (tone, label, count), `words` says it all aloud."""

    bars: tuple[Bar, ...]
    width: float
    height: float
    legend: tuple[tuple[Tone, str, int], ...]
    words: str


def strip(runs: Sequence[Seen]) -> Strip:
    """Oldest first. The highest bar is the slowest run; a wrong one carries a notch."""
    ran = [run.seconds for run in runs if run.seconds is not None]
    usual, most = (median(ran), max(ran)) if ran else (0.0, 0.0)
    bars = tuple(_bar(n, run, outcome(run, usual), most, len(runs)) for n, run in enumerate(runs))
    counts = Counter(bar.outcome for bar in bars)
    legend = tuple((*LEGEND[kind], counts[kind]) for kind in LEGEND if counts[kind])
    said = ", ".join(f"{count} {label.lower()}" for _, label, count in legend)
    width = max(len(runs), 24) * (WIDTH + GAP) - GAP
    return Strip(bars, width, HIGH + ROOM, legend, f"{times(len(runs), 'run')}: {said}.")


def outcome(run: Seen, usual: float) -> str:
    if run.state in {"queued", "running"}:
        return "open"
    if run.state in {"failed", "cancelled"}:
        return run.state
    if run.is_rejected:
        return "wrong"
    return "slow" if run.seconds and usual and run.seconds > SLOW * usual else "good"


def _bar(n: int, run: Seen, kind: str, most: float, of: int) -> Bar:
    share = (run.seconds or 0) / most if most else 0
    height = LOW + (HIGH - LOW) * share
    # Few runs stand at the right, where the newest belongs
    x = (max(24 - of, 0) + n) * (WIDTH + GAP)
    words = f"Run {run.number}, {LEGEND[kind][1].lower()}, {duration(run.seconds)}"
    return Bar(x, round(ROOM + HIGH - height, 1), WIDTH, round(height, 1), kind, run.number, words)


@dataclass(frozen=True, slots=True)
class Small:
    """A strip in a table: only what ended how."""

    bars: tuple[Bar, ...]
    width: float
    words: str

    @property
    def svg(self) -> str:
        """Drawn here: a list has hundreds of bars, and a template takes its time for each."""
        drawn = "".join(
            f'<rect x="{bar.x:g}" y="{bar.y:g}" width="{bar.width:g}" height="{bar.height:g}" '
            f'rx="1" class="fill-{bar.tone}"/>'
            for bar in self.bars
        )
        return (
            f'<svg width="{self.width:g}" height="16" viewBox="0 0 {self.width:g} 16" role="img" '
            f'aria-label="{escape(self.words)}">{drawn}</svg>'
        )


def small(states: Sequence[str]) -> Small:
    """Newest last; failures are taller."""
    kinds = [outcome(Seen(0, state, None, is_rejected=False), 0) for state in states]
    bars = tuple(
        Bar(n * 7, 2 if kind == "failed" else 5, 4.5, 14 if kind == "failed" else 11, kind)
        for n, kind in enumerate(kinds)
    )
    bad = kinds.count("failed")
    said = f"{bad or 'none'} of the last {times(len(states), 'run')} failed"
    return Small(bars, max(len(states) * 7 - 2.5, 4.5), said)
