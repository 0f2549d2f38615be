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
from observability.comparison.base import Half, Seen
from observability.partitions.days import WARNING
from observability.percentiles import percentile
from portal.tones import Tone

MATTERS = 1.25  # how much longer, or shorter, and how much more of it fails, is worth a word
POINTS = 0.001  # of all: the least difference of two shares that is worth one
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
    Verdict.TOO_LITTLE: ("neutral", "little", "Too little to judge"),
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
    """Lines of one shape, in both times; rates are of one run, or of 1,000 requests or lines.

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
    """By what lines are divided: so many runs, or so many thousands of requests or lines."""

    before: float
    after: float
    of: str  # "run", "1,000 requests", "1,000 lines"


def share(bad_before: int, before: int, bad_after: int, after: int, *, among: int = 1) -> Share:
    """Whether more fails; `among` is of how many tests this one is (Bonferroni)."""
    probability = _of_many(chance.shares(bad_before, before, bad_after, after), among)
    if not before or not after or chance.least(before, after) * among > chance.RARE:
        verdict = Verdict.TOO_LITTLE
    elif probability > chance.RARE:
        verdict = Verdict.SAME
    else:
        verdict = _more_fails(bad_before / before, bad_after / after)
    return Share(bad_before, before, bad_after, after, probability, verdict)


def _more_fails(was: float, now: float) -> Verdict:
    """Of shares that chance does not make: whether they differ enough to matter."""
    if now >= max(was * MATTERS, was + POINTS):
        return Verdict.WORSE
    return Verdict.BETTER if was >= max(now * MATTERS, now + POINTS) else Verdict.SAME


def lasting(before: Sequence[float], after: Sequence[float], *, among: int = 1) -> Lasting:
    """Whether it takes longer; `among` is of how many tests this one is (Bonferroni)."""
    probability = _of_many(chance.ranks(before, after), among)
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


@dataclass(frozen=True, slots=True)
class Part:
    """What was seen of one name in a time, and how much of all of it failed."""

    seen: Sequence[Seen]
    bad: int
    whole: int


def line(name: str, before: Part, after: Part, *, among: int = 1) -> Line:
    """Work of one name: how much of it failed, and how long it took."""
    return Line(
        name,
        share(before.bad, before.whole, after.bad, after.whole, among=among),
        lasting(_seconds(before.seen), _seconds(after.seen), among=among),
    )


def whole(half: Half, *, running: Sequence[Seen] = ()) -> Part:
    """All of it as one, such as runs; what still runs has taken at least as long as so far."""
    bad = sum(one.is_bad for one in half.seen)
    return Part([*half.seen, *running], bad, len(half.seen))


def longer(running: Iterable[Seen], before: Iterable[Seen]) -> list[Seen]:
    """What still runs, and takes longer already than 95 of 100 did before."""
    usual = percentile(_seconds(before), 0.95)
    return [one for one in running if usual is not None and (one.seconds or 0) > usual]


def lines(before: Half, after: Half) -> list[Line]:
    """One for each name, those that differ first, then those that there is most of.

    Of many names some differ by chance: each has to be the rarer by the number of all tests.
    """
    parts = _parts(before), _parts(after)
    nothing = Part((), 0, 0)
    both = {
        name: (parts[0].get(name, nothing), parts[1].get(name, nothing))
        for name in dict.fromkeys([*parts[0], *parts[1]])
    }
    among = max(1, sum(_tests(*each) for each in both.values()))
    found = [line(name, *each, among=among) for name, each in both.items()]
    order = list(Verdict)
    found.sort(key=lambda one: (order.index(one.verdict), -one.share.after - one.share.before))
    return found[:MOST_LINES]


def _parts(half: Half) -> dict[str, Part]:
    """By name, with the numbers of all where those are known."""
    seen: dict[str, list[Seen]] = {}
    for one in half.seen:
        seen.setdefault(one.name, []).append(one)
    if half.totals is None:
        return {name: whole(Half(each)) for name, each in seen.items()}
    totals = half.totals.operations
    return {
        name: Part(seen.get(name, ()), totals.get(name, (0, 0))[1], totals.get(name, (0, 0))[0])
        for name in dict.fromkeys([*seen, *totals])
    }


def _tests(before: Part, after: Part) -> int:
    """How many of the two tests of a name can come out at all: only those are multiplied by.

    R. E. Tarone, Biometrics 46 (1990) 515-522. Whether they can is seen in both times together,
    never in how they differ.
    """
    has_share = bool(before.whole and after.whole and before.bad + after.bad)
    fewest = min(len(_seconds(before.seen)), len(_seconds(after.seen)))
    return has_share + (fewest >= FEWEST)


def _of_many(probability: float, among: int) -> float:
    return min(1.0, probability * among)


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


def _seconds(seen: Iterable[Seen]) -> list[float]:
    return [one.seconds for one in seen if one.seconds is not None]
