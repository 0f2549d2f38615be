"""The changes of a period, and how many of them had which approval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from deployments.policies.models import Approval as Decision
from deployments.reporting import lines
from deployments.reporting.asking import Approval, Wanted
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Deployment
from portal.files import tables
from portal.ids import first_at

SUMMED = 20_000  # changes
BATCH = 200  # rows of a file that are read at once
SLACK = timedelta(days=1)  # by which clocks of identities and of acts may differ


@dataclass(frozen=True, slots=True)
class Summary:
    """How many were asked for, went live, failed, were rolled back; and each approval's number."""

    total: int
    live: int
    failed: int
    rolled_back: int
    approvals: dict[Approval, int]

    @property
    def is_cut(self) -> bool:
        """There may be older ones that were not counted."""
        return self.total == SUMMED


def changes(wanted: Wanted) -> QuerySet[Any]:
    """What was asked for in the window, to be paged by falling identity."""
    rows: QuerySet[Any] = rollouts.history(
        component=wanted.component, environment=wanted.environment, team=wanted.team
    )
    window = wanted.window
    rows = rows.filter(
        pk__gte=first_at(window.since - SLACK),  # an index knows these
        requested_at__gte=window.since,
        requested_at__lt=window.until,
    )
    needed = Coalesce("approvals_counted", "approvals_needed", 0)
    rows = rows.annotate(needed=needed, agreed=_agreed(), rolled_back_by=_rolled_back_by())
    rows = rows.annotate(approval=_approval())
    return rows.filter(approval=wanted.approval) if wanted.approval else rows


def with_decisions(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same with who decided; one query more for a page."""
    return rows.prefetch_related(rollouts.decisions())


def summary(wanted: Wanted) -> Summary:
    """Of all approvals, whichever is chosen, and of at most the newest SUMMED: one query."""
    rows = changes(replace(wanted, approval=None)).order_by("-pk")
    fields = ("pk", "approval", "live_at", "state", "rolled_back_by")
    approvals = {each.name: Count("pk", filter=Q(approval=each.value)) for each in Approval}
    found = rows.values(*fields)[:SUMMED].aggregate(
        total=Count("pk"),
        live=Count("pk", filter=Q(live_at__isnull=False)),
        failed=Count("pk", filter=Q(state=Deployment.State.FAILED)),
        rolled_back=Count("pk", filter=Q(rolled_back_by__isnull=False)),
        **approvals,
    )
    numbers = {each: found.pop(each.name) for each in Approval}
    return Summary(**found, approvals={each: n for each, n in numbers.items() if n})


def file(wanted: Wanted, form: str) -> Iterator[str]:
    """The lines of a file, the oldest first, read a batch at a time: no cursor is held."""
    return tables.lines(_rows(wanted), lines.HEAD, form)


def _rows(wanted: Wanted) -> Iterator[dict[str, Any]]:
    rows, last = with_decisions(changes(wanted)).order_by("pk"), None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        yield from map(lines.of, batch)
        last = batch[-1].pk


def _agreed() -> Coalesce:
    """How many others said yes."""
    others = Decision.objects.filter(
        deployment=OuterRef("pk"), decision=Decision.Decision.APPROVED, superseded=""
    ).exclude(decided_by=OuterRef("requested_by"))
    counted = others.order_by().values("deployment").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _approval() -> Case:
    is_needed = Q(approvals_needed__gt=0)
    is_refused = Q(state=Deployment.State.REFUSED)
    return Case(
        When(is_needed & is_refused, then=Value(Approval.NOT_GIVEN.value)),
        When(is_needed & Q(agreed__gte=F("needed")), then=Value(Approval.GIVEN.value)),
        When(is_needed & Q(live_at__isnull=False), then=Value(Approval.MISSING.value)),
        When(is_needed, then=Value(Approval.NOT_GIVEN.value)),
        When(kind=Deployment.Kind.ROLLBACK, then=Value(Approval.ROLLBACK.value)),
        default=Value(Approval.NOT_ASKED.value),
        output_field=CharField(),
    )


def _rolled_back_by() -> Subquery:
    later = rollouts.live_rollbacks().filter(reverses=OuterRef("pk"))
    return Subquery(later.order_by("-pk").values("number")[:1])
