"""A comparison as pages show it: rows of a table, templates with their lines, examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from observability.comparison import wording
from observability.comparison.comparing import Comparison
from observability.comparison.judging import Lasting, Line, Share, Template, Verdict
from observability.logs import levels, linking
from portal import figures
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.tones import Tone

YOUNG = timedelta(hours=1)  # as long as that a page looks again by itself
MOST = 8  # templates on a page; the API has all
FEW = 6  # operations of a service that are not folded away
TELLING = {Verdict.WORSE, Verdict.BETTER}
FATES: dict[str, str] = {
    "new": "New",
    "risen": "More often",
    "gone": "Gone",
    "fallen": "Less often",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One measure in both times."""

    name: str
    before: str
    after: str
    difference: str
    verdict: Verdict | None  # None: a difference by itself says neither
    confidence: str


@dataclass(frozen=True, slots=True)
class Told:
    """A template with what became of it; `url` leads to its lines after the switch."""

    template: Template
    fate: str
    level: str
    tone: Tone
    before: str
    after: str
    url: str


def shown(found: Comparison, by: User) -> dict[str, Any]:
    """For templates. What lines say is shown to who may read them."""
    may_read = access.may(by, "log.read", catalog.component(found.component))
    templates = list(found.templates or ()) if may_read else []
    return {
        "found": found,
        "headline": _headline(found),
        "sentence": wording.facts(found),
        "news": wording.news(found) if may_read else "",
        **_rows(found),
        "before": wording.version(found.sides.before.release) if found.sides.before else "",
        "after": wording.version(found.release),
        "told": [_told(one, found) for one in templates[:MOST]],
        "more": max(0, len(templates) - MOST),
        "may_read": may_read,
        "is_young": found.sides.is_open and found.sides.length < YOUNG,
    }


def _headline(found: Comparison) -> str:
    """The verdict, and against what."""
    before = found.sides.before
    if found.is_early:
        return "Too early to compare"
    if before is None or found.verdict not in {Verdict.WORSE, Verdict.BETTER}:
        return found.verdict.label
    return f"{found.verdict.label} than {wording.version(before.release)}"


def _rows(found: Comparison) -> dict[str, list[Row]]:
    """What to see at once, and what is folded away: parts in which nothing differs."""
    rows, others = list(_work(found)), list[Row]()
    for number, line in enumerate(found.operations):
        is_shown = line.verdict in TELLING or (found.runs is None and number < FEW)
        (rows if is_shown else others).extend(_of(line, f"{line.name}: errors", line.name))
    return {"rows": rows, "others": others}


def _work(found: Comparison) -> Iterator[Row]:
    if found.runs is not None:
        yield from _of(found.runs, "Runs that fail", "Time of a run")
    if found.deliveries is not None and (found.deliveries.before or found.deliveries.after):
        yield _share(found.deliveries, "Deliveries that fail")
        before, after = found.rows
        gap = figures.difference(before, after)
        words = (figures.count(before), figures.count(after))
        yield Row("Rows delivered", *words, gap, None, "not judged")


def _of(line: Line, failing: str, lasting: str) -> Iterator[Row]:
    """Errors of parts that never failed are not worth a row."""
    share = line.share
    if line.name == "runs" or share.bad_before or share.bad_after:
        yield _share(share, failing)
    if line.lasting.p50_before is not None or line.lasting.p50_after is not None:
        yield _lasting(line.lasting, lasting)


def _share(share: Share, name: str) -> Row:
    def words(bad: int, whole: int) -> str:
        return f"{bad:,} of {whole:,}" if whole else "–"

    rates = [
        bad / whole if whole else None
        for bad, whole in ((share.bad_before, share.before), (share.bad_after, share.after))
    ]
    gap = "–"
    if rates[0] is not None and rates[1] is not None:
        gap = _points(rates[1] - rates[0])
    return Row(
        name,
        words(share.bad_before, share.before),
        words(share.bad_after, share.after),
        gap,
        share.verdict,
        wording.confidence(share),
    )


def _points(gap: float) -> str:
    """The difference of two shares, in points of a hundred."""
    if not gap:
        return "same"
    return f"{'+' if gap > 0 else '−'}{abs(gap) * 100:.1f} points"


def _lasting(lasting: Lasting, name: str) -> Row:
    def words(middle: float | None, upper: float | None) -> str:
        if middle is None:
            return "–"
        return f"{figures.duration(middle)}, p95 {figures.duration(upper)}"

    return Row(
        name,
        words(lasting.p50_before, lasting.p95_before),
        words(lasting.p50_after, lasting.p95_after),
        _share_of(lasting.p50_before, lasting.p50_after),
        lasting.verdict,
        wording.confidence(lasting),
    )


def _share_of(before: float | None, after: float | None) -> str:
    if not before or after is None:
        return "–"
    share = after / before - 1
    if abs(share) < 0.005:
        return "same"
    return f"{'+' if share > 0 else '−'}{abs(share) * 100:.0f} %"


def _told(template: Template, found: Comparison) -> Told:
    of = found.amounts.of
    since, until = found.sides.after.since, found.sides.after.until
    if not template.after and found.sides.before is not None:
        since, until = found.sides.before.since, found.sides.before.until
    lines = linking.around(
        linking.field("component", found.component),
        linking.field("environment", found.environment),
        linking.field("pattern", template.id),
        began=since,
        ended=until,
        now=timezone.now(),
    )
    is_known = template.level > 0
    return Told(
        template,
        FATES[template.fate.value],
        levels.word(template.level) if is_known else "",
        levels.tone(template.level) if template.is_bad else "neutral",
        _rate(template.before, template.rate_before, of),
        _rate(template.after, template.rate_after, of),
        reverse("observability:log-list") + lines,
    )


def _rate(lines: int, rate: float, of: str) -> str:
    if not lines:
        return "none"
    per = f"{rate:,.1f}" if rate < 100 else f"{rate:,.0f}"
    return f"{figures.times(lines, 'line')}, {per} per {of}"
