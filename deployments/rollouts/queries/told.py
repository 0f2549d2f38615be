"""What serves by the word of others: deployed from outside, where nothing of ours is live."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from observability.changes.models import IS_DEPLOYMENT, REACHED, Change
from observability.changes.operations import SOURCE
from portal.catalog.models import Component

PLACE = ("component", "environment")
Told = dict[tuple[UUID, str], Change]  # by component and the name of an environment


def told_live(components: Iterable[Component], among: Collection[str] = ()) -> Told:
    """The newest that was told to serve in each place; one query, by the index of those.

    `among`: names of the environments that are looked at, all without.
    """
    where = {"environment__in": among} if among else {}
    of = serving().filter(component__in=[one.pk for one in components], **where)
    rows = of.distinct(*PLACE)
    return {(row.component_id, row.environment): row for row in rows if row.component_id}


def serving() -> QuerySet[Change, Any]:
    """Deployments from outside that came to serve, by place, the newest of each first."""
    return (
        Change.objects.filter(IS_DEPLOYMENT)
        .exclude(source=SOURCE)
        .exclude(environment="")
        .annotate(reached=REACHED)
        .filter(reached__isnull=False)
        .order_by(*PLACE, "-reached")
    )


def told_by(change: Change) -> str:
    """The name of the source that told of it: "jenkins:night-jenkins" without its kind."""
    return change.source.rpartition(":")[2]


def is_well(change: Change) -> bool:
    """Not where it failed while it served."""
    return change.outcome != Change.Outcome.FAILED
