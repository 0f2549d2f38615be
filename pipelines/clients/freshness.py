"""How fresh what a client holds is, against what was promised, in a few words. Pure.

The promise is the objective of the file; without one, the schedule: each due time brings a
delivery. Without both nothing is promised, and nothing can be late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.figures import times
from portal.tones import Tone

# A run may take its time: so long after a due time nothing is late.
GRACE = timedelta(minutes=10)
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong last, and since when; `url` leads to it."""

    kind: str  # failed, held, run
    words: str
    since: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one product in one environment."""

    delivered_at: datetime | None = None  # the newest that arrived
    promised: timedelta | None = None  # the objective: how old it may be
    missed_at: datetime | None = None  # the first due time after its own that has passed
    next_at: datetime | None = None  # when a run is due next
    trouble: Trouble | None = None
    stopped: str = ""  # why nothing comes: "paused", "v2 is rejected"
    is_sending: bool = False
    is_declared: bool = True  # what is live names it


@dataclass(frozen=True, slots=True)
class Standing:
    """What a glance should say; `note` stands below it. `rank` orders: what is worst comes last."""

    tone: Tone
    icon: str
    label: str
    note: str = ""
    rank: int = 0

    @property
    def is_good(self) -> bool:
        return self.rank == 0


def standing(facts: Facts, now: datetime) -> Standing:
    """How it stands now."""
    if not facts.is_declared:
        return _gone(facts, now)
    if facts.delivered_at is None:
        return _never(facts)
    if late := late_by(facts, now):
        return _late(facts, late)
    return _in_time(facts, now, about(now - facts.delivered_at))


def late_by(facts: Facts, now: datetime) -> timedelta | None:
    """How long what was promised is overdue; None: it is not, or nothing was."""
    if facts.delivered_at is None:
        return None
    if facts.promised is not None:
        late = now - facts.delivered_at - facts.promised
        return late if late > timedelta() else None
    if facts.missed_at is not None and now - facts.missed_at > GRACE:
        return now - facts.missed_at
    return None


def overall(standings: Iterable[Standing]) -> Standing:
    """One standing for a client: the worst, with how many stand so."""
    found = list(standings)
    if not found:
        return Standing("neutral", "neutral", "Gets nothing here")
    worst = max(found, key=lambda one: one.rank)
    alike = sum(one.rank == worst.rank for one in found)
    if worst.rank == 0:
        return Standing("good", "good", "Everything fresh")
    words = {1: "not sent yet", 2: "stopped", 3: "had trouble", 4: "late", 5: "in trouble"}
    return Standing(worst.tone, worst.icon, f"{alike} {words[worst.rank]}", "", worst.rank)


def about(length: timedelta) -> str:
    """ "40 min", "2 h", "3 d": as one says it."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < MINUTE:
        return "a moment"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min"
    return f"{seconds // HOUR} h" if seconds < 2 * DAY else times(seconds // DAY, "day")


def _late(facts: Facts, late: timedelta) -> Standing:
    if facts.trouble:
        return Standing("bad", "bad", f"Late by {about(late)}", _but(facts.trouble, ""), 5)
    if facts.is_sending:
        return Standing("running", "running", f"Late by {about(late)}", "on its way now", 4)
    note = f"nothing comes: {facts.stopped}" if facts.stopped else ""
    return Standing("warn", "warn", f"Late by {about(late)}", note, 4)


def _in_time(facts: Facts, now: datetime, age: str) -> Standing:
    is_promised = _is_promised(facts)
    if facts.trouble:
        still = "Fresh" if is_promised else "Delivered"
        return Standing("warn", "warn", f"{still}, {age} ago", _but(facts.trouble), 3)
    if facts.stopped:
        note = f"nothing comes: {facts.stopped}"
        return Standing("warn", "pause", f"Delivered {age} ago", note, 2)
    if not is_promised:
        return Standing("good", "good", f"Delivered {age} ago", "no freshness is promised")
    return Standing("good", "good", f"Fresh, {age} ago", _due(facts, now))


def _never(facts: Facts) -> Standing:
    if facts.trouble:
        return Standing("bad", "bad", "Never arrived", _but(facts.trouble, ""), 5)
    if facts.is_sending:
        return Standing("running", "running", "On its way", "the first one", 1)
    note = f"nothing comes: {facts.stopped}" if facts.stopped else "after its first good run"
    return Standing("neutral", "waiting", "Nothing sent yet", note, 1)


def _gone(facts: Facts, now: datetime) -> Standing:
    note = f"the last one {about(now - facts.delivered_at)} ago" if facts.delivered_at else ""
    return Standing("neutral", "neutral", "Not sent any more", note)


def _but(trouble: Trouble, before: str = "but ") -> str:
    words = {
        "failed": "the last one did not get there",
        "held": "the last one is held",
        "run": "its last run failed",
    }
    return f"{before}{words[trouble.kind]}"


def _is_promised(facts: Facts) -> bool:
    return facts.promised is not None or facts.missed_at is not None or facts.next_at is not None


def _due(facts: Facts, now: datetime) -> str:
    if facts.promised is not None and facts.delivered_at is not None:
        return f"good for {about(facts.delivered_at + facts.promised - now)} more"
    if facts.next_at is not None and facts.next_at > now:
        return f"due in {about(facts.next_at - now)}"
    return "a run is due"
