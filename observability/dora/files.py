"""The rows behind the figures as a file that a spreadsheet opens. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from observability.dora.judging import Verdict
from observability.percentiles import percentile
from portal.files.tables import cell

HEAD = (
    *("component", "environment", "kind", "release", "started_at", "live_at", "outcome", "commits"),
    *("lead_time_median_s", "lead_time_max_s", "failed", "recovery_s", "is_rework"),
    *("is_baseline", "delivery_median_s", "clock_skew", "reclassified", "id"),
)


def csv_of(verdicts: Iterable[Verdict]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for each in verdicts:
        one = each.deployment
        writer.writerow(
            [
                *(cell(text) for text in (one.component, one.environment, one.kind, one.release)),
                *(_time(one.started_at), _time(each.at), one.outcome, each.brought),
                *(_seconds(percentile(each.leads, 0.5)), _seconds(max(each.leads, default=None))),
                *(each.failed, _seconds(each.recovery), _yes(each.is_rework)),
                *(_yes(each.is_baseline), _seconds(percentile(each.deliveries, 0.5))),
                *(each.skewed, one.said, one.id),
            ]
        )
    return out.getvalue()


def _time(at: datetime) -> str:
    return at.isoformat()


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - one argument
    return "yes" if is_so else "no"
