"""A comparison in plain words: a sentence for everybody, and a table that is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from observability.comparison import chance
from observability.comparison.comparing import Comparison
from observability.comparison.judging import Lasting, Line, Share, Template, Verdict
from portal import figures

NEWS = 3  # templates that a sentence names


def version(release: str) -> str:
    """ "v3"; what is no number is called as its source calls it."""
    return f"v{release}" if release.isdecimal() else release or "this release"


def sentence(found: Comparison) -> str:
    """What to know first. It says nothing of what lines say: not everybody may read those."""
    tails = {
        Verdict.TOO_LITTLE: " Too little to judge.",
        Verdict.SAME: " No difference that chance would not make.",
    }
    return facts(found) + tails.get(found.verdict, "")


def facts(found: Comparison) -> str:
    """The same where the verdict stands beside it."""
    name = version(found.release)
    if found.sides.before is None:
        return f"{name} is the first release here: there is nothing to compare it with."
    said = [_work(found), _running(found), _longer(found.runs), _deliveries(found)]
    said.append(_templates(found.templates or ()))
    return " ".join(each for each in said if each)


def news(found: Comparison) -> str:
    """What is said anew, for those who may read it; "" where nothing is."""
    bad = [one for one in found.templates or () if one.is_bad]
    listed = ", ".join(f"“{one.words.rstrip('.')}”" for one in bad[:NEWS])
    more = f" and {len(bad) - NEWS} more" if len(bad) > NEWS else ""
    return f"New or more often: {listed}{more}." if bad else ""


def _work(found: Comparison) -> str:
    name = version(found.release)
    if found.runs is not None:
        return _failing(found.runs.share, "run", name)
    worse = [line for line in found.operations if line.share.verdict is Verdict.WORSE]
    if worse:
        return f"{worse[0].name}: {_failing(worse[0].share, 'request', name)}"
    before, after = found.observed
    what = "request" if any(found.requests) else "line"
    return f"{figures.times(after, what)} since {name}, {before:,} before."


def _failing(share: Share, noun: str, name: str) -> str:
    """ "3 of 40 runs fail since v3; none of 52 before." """
    if not share.after:
        return f"No {noun} has ended since {name}; {_of(share.bad_before, share.before)} before."
    if not share.bad_after and share.after == 1:
        ended = f"The one {noun} since {name} did not fail"
    elif not share.bad_after:
        ended = f"None of {figures.times(share.after, noun)} fails since {name}"
    else:
        fails = "fails" if share.bad_after == 1 else "fail"
        ended = f"{share.bad_after:,} of {figures.times(share.after, noun)} {fails} since {name}"
    return f"{ended}; {_of(share.bad_before, share.before)} before."


def _of(bad: int, whole: int) -> str:
    return f"{bad or 'none'} of {whole:,}" if whole else "there was none"


def _running(found: Comparison) -> str:
    """What has not ended yet: the figures are of what has."""
    if not found.running:
        return ""
    said = f"{found.running:,} still {'runs' if found.running == 1 else 'run'}"
    if not found.running_long:
        return f"{said}."
    some = "" if found.running_long == found.running else f" {found.running_long:,} of them"
    return f"{said},{some} longer than 95 of 100 did before."


def _longer(runs: Line | None) -> str:
    if runs is None or runs.lasting.verdict not in {Verdict.WORSE, Verdict.BETTER}:
        return ""
    lasting = runs.lasting
    return (
        f"The middle one takes {figures.duration(lasting.p50_after)} instead of "
        f"{figures.duration(lasting.p50_before)}."
    )


def _deliveries(found: Comparison) -> str:
    share = found.deliveries
    if share is None or not share.bad_after:
        return ""
    fails = "fails" if share.bad_after == 1 else "fail"
    return f"{share.bad_after} of {figures.times(share.after, 'delivery', 'deliveries')} {fails}."


def _templates(templates: Iterable[Template]) -> str:
    bad = [one for one in templates if one.is_bad]
    if not bad:
        return ""
    first = sum(one.is_first for one in bad)
    if first == len(bad):
        what = figures.times(first, "warning or error", "warnings or errors")
        return f"{what} {'was' if first == 1 else 'were'} never seen before."
    never = f", {first} of them never seen before" if first else ""
    what = figures.times(len(bad), "kind of warning or error", "kinds of warnings or errors")
    said = "is new or comes" if len(bad) == 1 else "are new or come"
    return f"{what} {said} more often{never}."


def confidence(share: Share | Lasting) -> str:
    """How sure a difference is."""
    if share.verdict is Verdict.TOO_LITTLE:
        return "too little to judge"
    if share.verdict is Verdict.SAME and share.probability <= chance.RARE:
        return "too small to matter"
    return chance.words(share.probability)


def as_json(found: Comparison) -> dict[str, Any]:
    """All of it as the API gives it, and as it is kept for evidence."""
    before, after = found.sides.before, found.sides.after
    return {
        "component": found.component,
        "environment": found.environment,
        "release": found.release,
        "release_before": before.release if before else None,
        "verdict": found.verdict.value,
        "sentence": sentence(found),
        "since": (before.since if before else after.since).isoformat(),
        "switched_at": after.since.isoformat(),
        "until": after.until.isoformat(),
        "seconds": found.sides.length.total_seconds(),
        "is_open": found.sides.is_open,
        "is_cut": found.is_cut,
        "observed": {"before": found.observed[0], "after": found.observed[1]},
        "runs": _line(found.runs) if found.runs else None,
        "running": found.running,
        "running_long": found.running_long,
        "deliveries": _share(found.deliveries) if found.deliveries else None,
        "rows_delivered": {"before": found.rows[0], "after": found.rows[1]},
        "operations": [_line(line) for line in found.operations],
        "lines": {"before": found.lines[0], "after": found.lines[1]},
        "rates_of": found.amounts.of,
        "templates": [_template(one) for one in found.templates or ()],
        "examples": [
            {
                "why": one.why,
                "trace_id": one.seen.trace_id,
                "run": one.seen.number or None,
                "name": one.seen.name,
                "seconds": one.seen.seconds,
                "at": one.seen.at.isoformat(),
            }
            for one in found.examples
        ],
    }


def readable(figures: dict[str, Any], *, may_read: bool) -> dict[str, Any]:
    """Figures for who may, or may not, read what the component logs."""
    return {**kept(figures, may_read=may_read), "may_read_lines": may_read}


def kept(figures: dict[str, Any], *, may_read: bool) -> dict[str, Any]:
    """The same of what was kept: as it is, so that its digest can be verified, or without words."""
    return figures if may_read else {**figures, "templates": []}


def _line(line: Line) -> dict[str, Any]:
    lasting = line.lasting
    return {
        "name": line.name,
        "verdict": line.verdict.value,
        "failed": _share(line.share),
        "took": {
            "p50_before": lasting.p50_before,
            "p95_before": lasting.p95_before,
            "p50_after": lasting.p50_after,
            "p95_after": lasting.p95_after,
            "probability": lasting.probability,
            "verdict": lasting.verdict.value,
            "confidence": confidence(lasting),
        },
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "bad_before": share.bad_before,
        "before": share.before,
        "bad_after": share.bad_after,
        "after": share.after,
        "probability": share.probability,
        "verdict": share.verdict.value,
        "confidence": confidence(share),
    }


def _template(one: Template) -> dict[str, Any]:
    return {
        "pattern": one.id,
        "words": one.words,
        "severity": one.level,
        "fate": one.fate.value,
        "is_first": one.is_first,
        "is_sure": one.is_sure,
        "before": one.before,
        "after": one.after,
        "rate_before": one.rate_before,
        "rate_after": one.rate_after,
        "probability": one.probability,
    }
