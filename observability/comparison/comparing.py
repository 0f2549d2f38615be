"""A deployment beside what served before it, put together: figures, examples, a verdict. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from observability.comparison import judging
from observability.comparison.base import Half, Seen, Work
from observability.comparison.judging import Amounts, Counted, Line, Share, Template, Verdict
from observability.comparison.windows import Sides

NO_WORK = Work(Half(), Half())
SHORTEST = timedelta(seconds=10)  # since the switch, to compare anything
SEEN_EARLY = {Verdict.WORSE, Verdict.LOOK, Verdict.NOTHING_BEFORE}


@dataclass(frozen=True, slots=True)
class Example:
    """A trace to look at: why this one, and of which run (0: of none)."""

    why: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Comparison:
    """`runs` is None where this component has none; `templates` None for who may not read them."""

    component: str
    environment: str
    release: str
    sides: Sides
    runs: Line | None
    running: int  # runs of this release that have not ended
    running_long: int  # those of them that take longer already than 95 of 100 did before
    deliveries: Share | None
    rows: tuple[int | None, int | None]
    operations: Sequence[Line]
    is_cut: bool  # only what is nearest to the switch was read
    templates: Sequence[Template] | None
    amounts: Amounts
    requests: tuple[int, int]  # of a service; of those that were read, where not all were counted
    lines: tuple[int, int]
    examples: Sequence[Example]
    verdict: Verdict

    @property
    def is_early(self) -> bool:
        """Whether there is nothing yet by which to go back: hardly any time, or no run that ended.

        What is worse or hangs already is not too early to see.
        """
        if not self.sides.is_open or self.running_long or self.verdict in SEEN_EARLY:
            return False
        return self.sides.length < SHORTEST or (self.runs is not None and not self.observed[1])

    @property
    def observed(self) -> tuple[int, int]:
        """How much stands behind it, before and after: runs, else requests, else lines."""
        if self.runs is not None:
            return self.runs.share.before, self.runs.share.after
        return self.requests if any(self.requests) else self.lines


def compared(
    component: str,
    environment: str,
    sides: Sides,
    work: Work | None,
    spans: Work,
    counted: Sequence[Counted],
    *,
    lines_cut: bool = False,
) -> Comparison:
    """From what was read of both times; `lines_cut`: not all of their lines were.

    `work` are runs, and `spans` parts of those; where there are none, `spans` are requests.
    """
    found = work or NO_WORK
    long = judging.longer(found.after.running, found.before.seen)
    whole = judging.whole(found.before), judging.whole(found.after, running=long)
    runs = judging.line("runs", *whole) if work else None
    requests = _entries(NO_WORK if work else spans)
    amounts = _amounts(runs, None if work else _exposures(spans), counted)
    deliveries = _deliveries(found) if work else None
    operations = judging.lines(spans.before, spans.after)
    templates = judging.templates(counted, amounts, sides.after.since)
    halves = (found.before, found.after, spans.before, spans.after)
    return Comparison(
        component=component,
        environment=environment,
        release=sides.after.release,
        sides=sides,
        runs=runs,
        running=len(found.after.running),
        running_long=len(long),
        deliveries=deliveries,
        rows=(found.before.rows, found.after.rows),
        operations=operations,
        is_cut=lines_cut or any(half.is_cut for half in halves),
        templates=templates,
        amounts=amounts,
        requests=requests,
        lines=(sum(row.before for row in counted), sum(row.after for row in counted)),
        examples=_examples(work or spans),
        verdict=_unless_it_hangs(
            _verdict(sides, runs, deliveries, operations, templates), len(long)
        ),
    )


def _entries(spans: Work) -> tuple[int, int]:
    before, after = (_requests(half) for half in (spans.before, spans.after))
    return before, after


def _requests(half: Half) -> int:
    totals = half.totals
    return sum(number for number, _ in totals.operations.values()) if totals else len(half.seen)


def _exposures(spans: Work) -> tuple[float, float] | None:
    """Requests of the whole times; None where nobody counted them."""
    halves = spans.before, spans.after
    if any(half.is_cut and half.totals is None for half in halves):
        return None
    before, after = (
        _requests(half) / (half.totals.covered if half.totals else 1) for half in halves
    )
    return before, after


def _amounts(
    runs: Line | None, requests: tuple[float, float] | None, counted: Sequence[Counted]
) -> Amounts:
    if runs is not None and runs.share.before and runs.share.after:
        return Amounts(runs.share.before, runs.share.after, "run")
    if requests is not None and all(requests):
        return Amounts(requests[0] / 1000, requests[1] / 1000, "1,000 requests")
    before, after = (sum(getattr(row, name) for row in counted) for name in ("before", "after"))
    return Amounts(before / 1000, after / 1000, "1,000 lines")


def _deliveries(work: Work) -> Share:
    before, after = work.before, work.after
    return judging.share(
        before.undelivered,
        before.delivered + before.undelivered,
        after.undelivered,
        after.delivered + after.undelivered,
    )


def _verdict(
    sides: Sides,
    runs: Line | None,
    deliveries: Share | None,
    operations: Sequence[Line],
    templates: Sequence[Template],
) -> Verdict:
    if sides.before is None:
        return Verdict.NOTHING_BEFORE
    found = [line.verdict for line in operations]
    if runs is not None:
        # A transformation is judged by its runs; parts of them only make it worse
        found = [verdict for verdict in found if verdict is Verdict.WORSE] + [runs.verdict]
    if deliveries is not None and deliveries.verdict is Verdict.WORSE:
        found.append(deliveries.verdict)
    bad = [one for one in templates if one.is_bad]
    if any(one.is_sure and one.level >= judging.ERROR for one in bad):
        found.append(Verdict.WORSE)
    if bad:
        found.append(Verdict.LOOK)
    return judging.worst(found)


def _unless_it_hangs(verdict: Verdict, running_long: int) -> Verdict:
    """What has ended is better where the rest hangs: nobody knows yet how that ends."""
    return Verdict.LOOK if verdict is Verdict.BETTER and running_long else verdict


def _examples(work: Work) -> list[Example]:
    """The first that failed, the slowest, and one as they were before."""
    found = []
    bad = [one for one in work.after.seen if one.is_bad]
    if bad:
        found.append(Example("the first that failed", min(bad, key=lambda one: one.at)))
    timed = [one for one in work.after.seen if one.seconds is not None and not one.is_bad]
    if timed:
        found.append(Example("the slowest", max(timed, key=_length)))
    usual = [one for one in work.before.seen if one.seconds is not None and not one.is_bad]
    if usual:
        ordered = sorted(usual, key=_length)
        found.append(Example("a usual one before", ordered[(len(ordered) - 1) // 2]))
    elif work.last_good is not None:
        found.append(Example("the last good one before", work.last_good))
    return [one for one in found if one.seen.trace_id]


def _length(seen: Seen) -> float:
    return seen.seconds or 0.0
