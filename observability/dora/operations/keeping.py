"""Keeping verdicts and sums, so that nobody who looks waits for them. Only what changed is written.

A place is judged as a whole: what a deployment was may depend on any other there. The marks that it
is soiled are taken away in the same transaction, before it is read: whatever is written meanwhile
soils it again.
"""

from __future__ import annotations

import time
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from observability.dora import queries, totals
from observability.dora.judging import Verdict
from observability.dora.models import FigureSum, JudgedPlace, KeptVerdict, Soiled
from observability.dora.queries import Judged
from observability.dora.totals import Totals

AT_ONCE = 200  # places that one tick looks for
SECONDS = 20.0  # after which a tick leaves the rest to the next one
BATCH = 1000
COLUMNS = (
    *("at", "failed", "is_rework", "is_baseline", "brought", "leads", "deliveries"),
    *("undelivered", "undated", "skewed", "recovery", "restored_by", "said"),
)
SUMS = (*totals.COUNTS, *totals.DURATIONS)
Key = tuple[str, date]  # of a sum: its span and its first day


def keep_up() -> int:
    """Judge what was soiled; how many places. Several workers share them."""
    until = time.monotonic() + SECONDS
    places = Soiled.objects.order_by().values_list("component", "environment").distinct()
    kept = 0
    for component, environment in list(places[:AT_ONCE]):
        if time.monotonic() > until:
            break
        kept += keep(component_id=component, environment=environment)
    return kept


@transaction.atomic
def keep(*, component_id: UUID, environment: str) -> bool:
    """Judge one place anew; False where it is clean, or someone else is at it."""
    if not _hold(component_id, environment):
        return False
    marks = Soiled.objects.filter(component=component_id, environment=environment)
    if not marks.delete()[0]:
        return False
    judged = queries.whole(environment, [component_id])
    verdicts = judged.verdicts
    _keep_verdicts(component_id, environment, verdicts)
    never = [at for own in judged.never_live.values() for at in own]
    _keep_sums(component_id, environment, _sums(verdicts, never))
    _keep_place(component_id, environment, judged)
    return True


def _hold(component_id: UUID, environment: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 13))",
            [f"{component_id} {environment}"],
        )
        return bool(cursor.fetchone()[0])


def _keep_verdicts(component_id: UUID, environment: str, verdicts: Iterable[Verdict]) -> None:
    rows = KeptVerdict.objects.filter(component=component_id, environment=environment)
    held = {str(pk): values for pk, *values in rows.values_list("change", *COLUMNS)}
    wanted = {each.deployment.id: _columns(each) for each in verdicts}
    gone = [UUID(pk) for pk, values in held.items() if wanted.get(pk) != values]
    KeptVerdict.objects.filter(pk__in=gone).delete()
    KeptVerdict.objects.bulk_create(
        [
            KeptVerdict(
                change_id=pk,
                component_id=component_id,
                environment=environment,
                **dict(zip(COLUMNS, values, strict=True)),
            )
            for pk, values in wanted.items()
            if held.get(pk) != values
        ],
        batch_size=BATCH,
    )


def _columns(each: Verdict) -> list[Any]:
    found = {**{name: getattr(each, name, None) for name in COLUMNS}, "said": each.deployment.said}
    return [found[name] for name in COLUMNS]


def _sums(verdicts: Iterable[Verdict], never_live: Iterable[datetime]) -> Mapping[Key, Totals]:
    """By day and by month."""
    found: dict[Key, Totals] = defaultdict(Totals)
    for each in verdicts:
        for key in _keys(each.at):
            found[key].count(each)
    for at in never_live:
        for key in _keys(at):
            found[key].never_live += 1
    return found


def _keys(at: datetime) -> tuple[Key, Key]:
    day = at.astimezone(UTC).date()
    return (FigureSum.Span.DAY.value, day), (FigureSum.Span.MONTH.value, day.replace(day=1))


def _keep_sums(component_id: UUID, environment: str, sums: Mapping[Key, Totals]) -> None:
    rows = FigureSum.objects.filter(component=component_id, environment=environment)
    held = {
        (span, day): (pk, _plain(values))
        for pk, span, day, *values in rows.values_list("pk", "span", "begins_on", *SUMS)
    }
    wanted = {key: _written(found) for key, found in sums.items()}
    gone = [pk for key, (pk, values) in held.items() if wanted.get(key) != values]
    FigureSum.objects.filter(pk__in=gone).delete()
    FigureSum.objects.bulk_create(
        [
            FigureSum(
                component_id=component_id,
                environment=environment,
                span=key[0],
                begins_on=key[1],
                **dict(zip(SUMS, values, strict=True)),
            )
            for key, values in wanted.items()
            if key not in held or held[key][1] != values
        ],
        batch_size=BATCH,
    )


def _plain(values: Iterable[Any]) -> list[Any]:
    return [bytes(each) if isinstance(each, memoryview) else each for each in values]


def _written(found: Totals) -> list[Any]:
    counts = [getattr(found, name) for name in totals.COUNTS]
    return [*counts, *(array("d", getattr(found, name)).tobytes() for name in totals.DURATIONS)]


def _keep_place(component_id: UUID, environment: str, judged: Judged) -> None:
    if not (judged.verdicts or judged.never_live):
        JudgedPlace.objects.filter(component=component_id, environment=environment).delete()
        return
    first_at = judged.verdicts[0].at if judged.verdicts else None
    JudgedPlace.objects.update_or_create(
        component_id=component_id,
        environment=environment,
        defaults={"first_at": first_at},
    )
