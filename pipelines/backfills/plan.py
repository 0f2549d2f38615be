"""What a backfill would do, before the button: how many, which, how long, delivered where. Pure.

The digest covers what a person agreed to: where meanwhile a run appeared or ended in the range, the
plan is another one, and the person sees it again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from pipelines.schedules import words
from pipelines.transformations import paths
from portal import figures
from portal.files.findings import listed

MOST = 2000  # due times in one backfill
GOOD, OPEN = "succeeded", ("queued", "running")
OVERHEAD = 0.1  # seconds between the end of one run and the beginning of the next


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone asks for."""

    component: str
    environment: str
    start_at: datetime
    end_at: datetime
    cron: str
    timezone: str
    which: str  # missing, failed, all: see Backfill.Which
    is_newest_first: bool
    is_delivering: bool
    concurrency: int


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand: `standing` is the state of each due time's newest run."""

    release: str
    due: Sequence[datetime]
    standing: Mapping[datetime, str]
    parameters: Mapping[datetime, Mapping[str, Any]]  # of those due times that are to run
    seconds: Sequence[float]  # how long the last good runs took
    deliveries: Sequence[Mapping[str, Any]]  # entries of the file whose destination is bound here
    elsewhere: Sequence[str]  # destinations that are not
    slots: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery of the file: where the first and the last of these runs would put theirs."""

    client: str
    destination: str
    first: str
    last: str
    is_upsert: bool = False  # rows are added by key: no run takes away what another one put there

    @property
    def is_one_place(self) -> bool:
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer, in figures and in words."""

    summary: str
    release: str
    due: int
    good: int
    failed: int
    unfinished: int
    missing: int
    to_do: tuple[datetime, ...]  # in the order in which they are started
    seconds_each: float | None
    seconds: float | None
    looked_at: int
    sent: tuple[Sent, ...]
    elsewhere: tuple[str, ...]
    findings: tuple[str, ...]
    samples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    digest: str = ""

    @property
    def left_alone(self) -> int:
        return self.due - len(self.to_do)

    def as_json(self) -> dict[str, Any]:
        return {
            "summary": self.summary,
            "release": self.release,
            "due": self.due,
            "good": self.good,
            "failed": self.failed,
            "unfinished": self.unfinished,
            "missing": self.missing,
            "to_do": len(self.to_do),
            "left_alone": self.left_alone,
            "first": (self.to_do and min(self.to_do).isoformat()) or None,
            "last": (self.to_do and max(self.to_do).isoformat()) or None,
            "seconds_each": self.seconds_each,
            "seconds": self.seconds,
            "looked_at": self.looked_at,
            "deliveries": [
                {"client": s.client, "destination": s.destination, "first": s.first, "last": s.last}
                for s in self.sent
            ],
            "not_delivered_here": list(self.elsewhere),
            "findings": list(self.findings),
            "parameters": {name: dict(values) for name, values in self.samples.items()},
            "digest": self.digest,
        }


def is_to_do(which: str, state: str | None) -> bool:
    """Whether a due time whose newest run is in `state` (None: it has none) is to run."""
    if state in OPEN:
        return False
    if which == "missing":
        return state is None
    return which == "all" or state != GOOD


def build(wanted: Wanted, facts: Facts) -> Plan:
    """The plan of what is wanted, as things stand."""
    states = [facts.standing.get(at) for at in facts.due]
    chosen = [at for at in facts.due if is_to_do(wanted.which, facts.standing.get(at))]
    to_do = tuple(reversed(chosen)) if wanted.is_newest_first else tuple(chosen)
    each = median(facts.seconds) if facts.seconds else None
    seconds = _all_of(len(to_do), each, min(wanted.concurrency, facts.slots))
    sent = _sent(wanted, facts, chosen) if wanted.is_delivering else ()
    return Plan(
        summary=_summary(wanted, facts, len(to_do), seconds),
        release=facts.release,
        due=len(facts.due),
        good=states.count(GOOD),
        failed=sum(state is not None and state not in (GOOD, *OPEN) for state in states),
        unfinished=sum(state in OPEN for state in states),
        missing=states.count(None),
        to_do=to_do,
        seconds_each=each,
        seconds=seconds,
        looked_at=len(facts.seconds),
        sent=sent,
        elsewhere=tuple(facts.elsewhere) if wanted.is_delivering else (),
        findings=tuple(_findings(wanted, facts, sent, len(to_do))),
        samples={
            words.dated(at, wanted.timezone): facts.parameters[at]
            for at in dict.fromkeys(chosen[:1] + chosen[-1:])
        },
        digest=_digest(wanted, facts, to_do),
    )


def _all_of(count: int, each: float | None, beside: int) -> float | None:
    """Seconds for all of them: rounds of `beside` each other, and the pause between rounds."""
    return None if each is None else math.ceil(count / beside) * (each + OVERHEAD)


def _summary(wanted: Wanted, facts: Facts, count: int, seconds: float | None) -> str:
    if not count:
        return "Nothing to do: every due time in this range has what is asked for."
    runs = figures.times(count, "run")
    length = (
        f"about {figures.duration(seconds)}" if seconds is not None else "nobody knows how long"
    )
    what = "delivered" if wanted.is_delivering else "staged only, nothing is delivered"
    beside = f"{wanted.concurrency} at a time" if wanted.concurrency > 1 else "one after the other"
    return f"{runs} of {facts.release} in {wanted.environment}, {beside}, {length}; {what}."


def _sent(wanted: Wanted, facts: Facts, chosen: Sequence[datetime]) -> tuple[Sent, ...]:
    if not chosen:
        return ()
    first, last = (facts.parameters[at] for at in (chosen[0], chosen[-1]))
    return tuple(
        Sent(
            entry["client"],
            entry["destination"],
            _path(wanted, entry, first),
            _path(wanted, entry, last),
            entry.get("mode") == "upsert",
        )
        for entry in facts.deliveries
    )


def _path(wanted: Wanted, entry: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    return paths.of(entry, wanted.component, values)


def _findings(wanted: Wanted, facts: Facts, sent: Sequence[Sent], count: int) -> list[str]:
    found = []
    same = [one for one in sent if one.is_one_place and not one.is_upsert] if count > 1 else []
    if same:
        places = ", ".join(f"{one.destination}/{one.first}" for one in same)
        found.append(
            f"All of these runs go to one place: {places}. The newest stands there in the end; "
            "where something newer stands already, nothing is sent."
        )
    is_in_order = count < 2 or (wanted.is_newest_first and wanted.concurrency == 1)
    if words := left_as_they_are(sent, is_in_order=is_in_order):
        found.append(words)
    if wanted.concurrency > facts.slots:
        found.append(
            f"{wanted.concurrency} at a time are asked for, but backfills get "
            f"{figures.times(facts.slots, 'worker')} here: the rest is kept for what is scheduled."
        )
    return found


def left_as_they_are(sent: Sequence[Sent], *, is_in_order: bool) -> str:
    """Which rows a backfill can't mend: those of upserts, where something newer stands.

    `is_in_order`: the newest of the runs comes first, alone, so no older one takes its rows.
    """
    added = sorted({one.destination for one in sent if one.is_upsert})
    if not added:
        return ""
    return (
        f"Where a newer run has written to {listed(added)}, its rows stay as they are, but for "
        "those still as a rejected version left them: an upsert that comes later adds what is "
        f"missing and corrects those.{'' if is_in_order else BY_KEYS}"
    )


BY_KEYS = (
    " Where several of these runs have rows with the same keys, repair with the newest first and "
    "one at a time: else an older one may correct a row that is a newer one's."
)


def _digest(wanted: Wanted, facts: Facts, to_do: Sequence[datetime]) -> str:
    agreed = [
        facts.release,
        wanted.environment,
        wanted.is_delivering,
        wanted.concurrency,
        [at.isoformat() for at in to_do],
        sorted((at.isoformat(), dict(values)) for at, values in facts.parameters.items()),
    ]
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()


SEGMENTS = 40


def segments(total: int, good: int, bad: int) -> tuple[tuple[str, bool], ...]:
    """A bar of at most 40 pieces: bad ones first, so that none is lost in rounding; then good."""
    pieces = min(total, SEGMENTS)
    is_bad = math.ceil(pieces * bad / total) if total else 0
    is_good = min(pieces - is_bad, round(pieces * good / total)) if total else 0
    rest = pieces - is_bad - is_good
    return (("bad", True),) * is_bad + (("good", True),) * is_good + (("neutral", False),) * rest


def seconds_left(plan: Mapping[str, Any], left: int, total: int) -> float | None:
    """What of the planned time is left; None: nobody knows."""
    planned = plan.get("seconds")
    return planned * left / total if planned is not None and total else None
