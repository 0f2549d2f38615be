"""What would reach a client if a version went live that does not yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts.models import Live
from pipelines.clients.ahead import Effect, effect
from pipelines.clients.queries.products import Product
from pipelines.transformations.models import Version

OFFERED = 6  # of the newest versions of each component


@dataclass(frozen=True, slots=True)
class Prospect:
    """A product, the version that could take the live one's place, and what that would do."""

    product: Product
    release: Release
    others: tuple[Release, ...]  # what could be chosen instead, newest first
    places: tuple[str, ...]  # where the chosen one is live already
    effect: Effect


def prospects(products: Sequence[Product], chosen: Mapping[str, int]) -> list[Prospect]:
    """One for each product whose component has another version to go to; four queries.

    `chosen` names the version of a component, by the component's name; else it is the newest.
    """
    wanted = [one for one in products if one.live]
    offered = _offered(wanted)
    picked = {pk: _picked(rows, chosen) for pk, rows in offered.items() if rows}
    specs = _specs(wanted, picked)
    serving = _serving(picked.values())
    return [
        _prospect(one, offered[one.component.pk], picked[one.component.pk], specs, serving)
        for one in wanted
        if one.component.pk in picked
    ]


def _offered(wanted: Sequence[Product]) -> dict[UUID, list[Release]]:
    """The newest versions of each component that are not live here and not rejected."""
    components = {one.component.pk for one in wanted}
    live = {one.component.pk: one.live.release.number for one in wanted if one.live}
    found: dict[UUID, list[Release]] = {pk: [] for pk in components}
    newest = releases.newest_of(components, OFFERED + 1)
    rejected = releases.rejections(newest)
    for row in newest:
        is_live = live[row.component_id] == row.number
        if not is_live and (row.component_id, row.digest) not in rejected:
            found[row.component_id].append(row)
    return {pk: rows[:OFFERED] for pk, rows in found.items()}


def _picked(rows: Sequence[Release], chosen: Mapping[str, int]) -> Release:
    number = chosen.get(rows[0].component.name, 0)
    return next((row for row in rows if row.number == number), rows[0])


def _specs(
    wanted: Sequence[Product], picked: Mapping[UUID, Release]
) -> dict[tuple[UUID, int], Mapping]:
    numbers = {one.live.release.number for one in wanted if one.live}
    numbers |= {row.number for row in picked.values()}
    rows = Version.objects.filter(
        transformation__component__in={one.component.pk for one in wanted}, number__in=numbers
    )
    return {
        (row[0], row[1]): row[2]
        for row in rows.values_list("transformation__component_id", "number", "spec")
    }


def _serving(picked: Collection[Release]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    rows = Live.objects.filter(release__in=picked, channel=Live.Channel.STABLE)
    for release, place in rows.order_by("environment__order").values_list(
        "release_id", "environment__name"
    ):
        found.setdefault(release, []).append(place)
    return {release: tuple(names) for release, names in found.items()}


def _prospect(
    product: Product,
    others: Sequence[Release],
    release: Release,
    specs: Mapping[tuple[UUID, int], Mapping],
    serving: Mapping[UUID, tuple[str, ...]],
) -> Prospect:
    assert product.live is not None
    pk = product.component.pk
    return Prospect(
        product=product,
        release=release,
        others=tuple(others),
        places=serving.get(release.pk, ()),
        effect=effect(
            specs.get((pk, product.live.release.number)),
            specs[pk, release.number],
            client=product.client.name,
            destination=product.destination.name,
        ),
    )
