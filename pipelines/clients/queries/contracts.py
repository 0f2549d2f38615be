"""What a client may rely on, and when that changed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from deployments.environments.models import Environment
from deployments.rollouts.models import Deployment
from pipelines.clients.agreements import Lived, Turn, turns
from pipelines.clients.queries.products import Product
from pipelines.transformations.models import Transformation, Version
from portal.catalog.models import Component

LOOKED_AT = 20  # how many times something went live, from the newest on
Pair = tuple[UUID, int]  # a transformation and the number of a version


@dataclass(frozen=True, slots=True)
class Agreement:
    """The contract of what a client gets from one transformation, and its history here."""

    component: Component
    number: int
    contract: Mapping[str, Any] | None
    turns: tuple[Turn, ...]


def agreements(products: Sequence[Product], environment: Environment) -> list[Agreement]:
    """One for each transformation of these products that is live; two queries."""
    wanted = {
        one.transformation.pk: one.transformation
        for one in products
        if one.live and one.entry is not None
    }
    lived = _lived(wanted, environment)
    contracts = _contracts({(pk, went["number"]) for pk, each in lived.items() for went in each})
    return [
        _agreement(transformation, lived.get(pk, []), contracts)
        for pk, transformation in wanted.items()
    ]


def _lived(wanted: Mapping[UUID, Any], environment: Environment) -> dict[UUID, list[dict]]:
    """What went live here, newest first, by transformation."""
    went = (
        Deployment.objects.filter(
            component=OuterRef("component"), environment=environment, live_at__isnull=False
        )
        .order_by("-pk")
        .values(json=JSONObject(number="release__number", at="live_at", deployment="number"))
    )
    rows = Transformation.objects.filter(pk__in=wanted).annotate(
        went=ArraySubquery(went[:LOOKED_AT])
    )
    return dict(rows.values_list("pk", "went"))


def _contracts(pairs: set[Pair]) -> dict[Pair, Mapping[str, Any] | None]:
    asks = Q(pk__in=[])
    by_transformation: dict[UUID, list[int]] = {}
    for pk, number in pairs:
        by_transformation.setdefault(pk, []).append(number)
    for pk, numbers in by_transformation.items():
        asks |= Q(transformation=pk, number__in=numbers)
    rows = Version.objects.filter(asks).values_list("transformation_id", "number", "spec__contract")
    return {(row[0], row[1]): row[2] for row in rows}


def _agreement(
    transformation: Transformation,
    went: Sequence[Mapping[str, Any]],
    contracts: Mapping[Pair, Mapping[str, Any] | None],
) -> Agreement:
    lived = []
    for each in went:
        at = parse_datetime(each["at"])
        assert at is not None
        number, url = each["number"], f"/deployments/{each['deployment']}/"
        lived.append(Lived(number, at, contracts.get((transformation.pk, number)), url))
    number = lived[0].number if lived else 0
    contract = lived[0].contract if lived else None
    return Agreement(transformation.component, number, contract, tuple(turns(lived)))
