"""What two times say of each other: shares, durations and templates, each with a verdict. Pure.

A verdict is never drawn from a difference alone: it has to be larger than chance makes it (see
`chance`), and large enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from observability.comparison import chance
from observability.comparison.base import Seen
from observability.partitions.days import WARNING
from observability.percentiles import percentile
from portal.tones import Tone

MATTERS = 1.25  # how much longer, or shorter, is worth a word
MULTIPLE = 2.0  # how much more often, or less often
FEWEST = 5  # durations on each side below which nothing is said about them
MOST_LINES = 12  # operations that are shown
ERROR = 17  # OpenTelemetry's severity number, as WARNING is


class Verdict(StrEnum):
    """What a comparison came to.

    LOOK: something is said that never was, without more that fails. TOO_LITTLE: whatever was seen,
    chance could have made it.
    """

    WORSE = "worse"
    LOOK = "look"
    BETTER = "better"
    SAME = "same"
    TOO_LITTLE = "too_little"
    NOTHING_BEFORE = "nothing_before"

    @property
    def tone(self) -> Tone:
        return LOOKS[self][0]

    @property
    def icon(self) -> str:
        return LOOKS[self][1]

    @property
    def label(self) -> str:
        return LOOKS[self][2]


LOOKS: dict[Verdict, tuple[Tone, str, str]] = {
    Verdict.WORSE: ("bad", "bad", "Worse"),
    Verdict.LOOK: ("warn", "question", "Look at it"),
    Verdict.BETTER: ("good", "good", "Better"),
    Verdict.SAME: ("good", "good", "No difference"),
    Verdict.TOO_LITTLE: ("neutral", "question", "Too little to judge"),
    Verdict.NOTHING_BEFORE: ("neutral", "neutral", "Nothing before"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many went wrong, in both times."""

    bad_before: int
    before: int
    bad_after: int
    after: int
    probability: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long it took: the middle one and the 95th of 100, in seconds; None where none ended."""

    p50_before: float | None
    p95_before: float | None
    p50_after: float | None
    p95_after: float | None
    probability: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """Work of one name, in both times."""

    name: str
    share: Share
    lasting: Lasting

    @property
    def verdict(self) -> Verdict:
        return worst([self.share.verdict, self.lasting.verdict])


class Fate(StrEnum):
    """What became of a template."""

    NEW = "new"
    RISEN = "risen"
    GONE = "gone"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True)
class Template:
    """Lines of one shape, in both times; rates are of one run, or of 1,000 lines.

    `is_first`: this component never said so before the switch.
    """

    id: str
    words: str
    level: int
    fate: Fate
    is_first: bool
    before: int
    after: int
    rate_before: float
    rate_after: float
    probability: float
    is_sure: bool  # more than chance makes among so many templates

    @property
    def is_bad(self) -> bool:
        """New or more often, and a warning or worse."""
        return self.level >= WARNING and self.fate in {Fate.NEW, Fate.RISEN}


@dataclass(frozen=True, slots=True)
class Counted:
    """Lines of a template, counted in both times."""

    id: str
    words: str
    level: int
    first_seen_at: datetime
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """By what lines are divided: so many runs, or so many thousands of lines."""

    before: float
    after: float
    of: str  # "run", "1,000 lines"


def share(bad_before: int, before: int, bad_after: int, after: int) -> Share:
    probability = chance.shares(bad_before, before, bad_after, after)
    if not before or not after or chance.least(before, after) > chance.RARE:
        verdict = Verdict.TOO_LITTLE
    elif probability > chance.RARE:
        verdict = Verdict.SAME
    else:
        is_worse = bad_after * before > bad_before * after
        verdict = Verdict.WORSE if is_worse else Verdict.BETTER
    return Share(bad_before, before, bad_after, after, probability, verdict)


def lasting(before: Sequence[float], after: Sequence[float]) -> Lasting:
    probability = chance.ranks(before, after)
    middles = percentile(before, 0.5), percentile(after, 0.5)
    verdict = Verdict.SAME
    if min(len(before), len(after)) < FEWEST:
        verdict = Verdict.TOO_LITTLE
    elif probability <= chance.RARE and middles[0] is not None and middles[1] is not None:
        if middles[1] >= middles[0] * MATTERS:
            verdict = Verdict.WORSE
        elif middles[0] >= middles[1] * MATTERS:
            verdict = Verdict.BETTER
    return Lasting(
        middles[0],
        percentile(before, 0.95),
        middles[1],
        percentile(after, 0.95),
        probability,
        verdict,
    )


def line(name: str, before: Iterable[Seen], after: Iterable[Seen]) -> Line:
    """Work of one name: how much of it failed, and how long it took."""
    first, second = list(before), list(after)
    return Line(
        name,
        share(_bad(first), len(first), _bad(second), len(second)),
        lasting(_seconds(first), _seconds(second)),
    )


def lines(before: Iterable[Seen], after: Iterable[Seen]) -> list[Line]:
    """One for each name, those that differ first, then those that there is most of."""
    by_name: dict[str, tuple[list[Seen], list[Seen]]] = {}
    for number, seen in enumerate((before, after)):
        for one in seen:
            by_name.setdefault(one.name, ([], []))[number].append(one)
    found = [line(name, *both) for name, both in by_name.items()]
    order = list(Verdict)
    found.sort(key=lambda one: (order.index(one.verdict), -one.share.after - one.share.before))
    return found[:MOST_LINES]


def templates(
    counted: Iterable[Counted], amounts: Amounts, switched_at: datetime
) -> list[Template]:
    """Those that are new, gone, risen or fallen, the most telling first.

    What the component never said before is new by itself, and so is a warning or worse that was
    not said in the time before. Of all others the rate has to differ by more than chance makes it
    among so many templates (Bonferroni: the probability times their number), and where it stands
    on both sides at least to double or to halve.
    """
    rows = list(counted)
    found = [
        told
        for row in rows
        if (told := _template(row, amounts, switched_at, len(rows))) is not None
    ]
    order = list(Fate)
    found.sort(
        key=lambda one: (
            not one.is_bad,
            -min(one.level, ERROR),
            not one.is_first,
            order.index(one.fate),
            one.probability,
            one.words,
        )
    )
    return found


def _template(row: Counted, amounts: Amounts, switched_at: datetime, among: int) -> Template | None:
    is_first = row.first_seen_at >= switched_at and row.after > 0
    was = row.before / amounts.before if amounts.before else 0.0
    now = row.after / amounts.after if amounts.after else 0.0
    probability = chance.rates(row.before, amounts.before, row.after, amounts.after)
    is_sure = probability * among <= chance.RARE
    is_news = is_first or (row.level >= WARNING and not row.before)
    if (not row.before and not row.after) or not (is_sure or is_news):
        return None
    if not row.before:
        fate = Fate.NEW
    elif not row.after:
        fate = Fate.GONE
    elif now >= was * MULTIPLE:
        fate = Fate.RISEN
    elif was >= now * MULTIPLE:
        fate = Fate.FALLEN
    else:
        return None
    return Template(
        row.id,
        row.words,
        row.level,
        fate,
        is_first,
        row.before,
        row.after,
        was,
        now,
        probability,
        is_sure,
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one to know first."""
    found = set(verdicts)
    return next((one for one in Verdict if one in found), Verdict.TOO_LITTLE)


def _bad(seen: Iterable[Seen]) -> int:
    return sum(one.is_bad for one in seen)


def _seconds(seen: Iterable[Seen]) -> list[float]:
    return [one.seconds for one in seen if one.seconds is not None]
