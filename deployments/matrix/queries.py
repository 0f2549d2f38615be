"""Which version is where: components down, environments across, a page of them at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.matrix.cells import Gap, Served, gaps
from deployments.releases import queries as releases
from deployments.releases.models import Rejection
from deployments.rollouts import verdicts
from deployments.rollouts.aspects import STANDING, STANDINGS
from deployments.rollouts.models import Deployment, Hold, Live
from deployments.rollouts.queries import told
from deployments.rollouts.queries.standing import Place
from deployments.rollouts.queries.told import Told, told_live
from deployments.rollouts.verdicts import Standing
from observability.changes.models import Change
from portal.catalog.models import Component
from portal.search import queries as search

SIZE = 40
APART, EVERYTHING = "apart", "everything"
# What the matrix can be narrowed down to, by its value in the address
SHOWS = {APART: "versions differ", **{value: STANDINGS[value][0] for value in STANDINGS}}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for: words of a name, a team, a kind, and what stands out."""

    words: str = ""
    team: str = ""
    kind: str = ""
    show: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        text = {name: given.get(name, "").strip() for name in ("q", "team", "kind", "show")}
        known = text["show"] in {*SHOWS, EVERYTHING}
        return cls(text["q"], text["team"], text["kind"], text["show"] if known else "")

    def __bool__(self) -> bool:
        return bool(self.words or self.team or self.kind or self.show)


@dataclass(frozen=True, slots=True)
class Cell:
    """A component in an environment: what is served, how that stands, how far it is apart."""

    place: Place
    standing: Standing
    gap: Gap | None

    @property
    def follows(self) -> Gap | None:
        """What could be planned for here next, unless something is under way already."""
        if self.gap and self.gap.may_follow and not self.place.deployment:
            return self.gap
        return None


@dataclass(frozen=True, slots=True)
class Row:
    component: Component
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows; `more` is the `?after=` of the next ones, "" on the last page."""

    environments: tuple[Environment, ...]
    rows: tuple[Row, ...]
    more: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def page(wanted: Wanted, now: datetime, *, after: str = "", size: int = SIZE) -> Page:
    """The components behind a name, by name; seven queries however many there are."""
    places = tuple(environments.environments())
    rows = _components(wanted, now).filter(name__gt=after).order_by("name")[: size + 1]
    found = list(rows)
    shown = found[:size]
    return Page(
        environments=places,
        rows=tuple(_rows(shown, places)),
        more=shown[-1].name if len(found) > size else "",
    )


def _components(wanted: Wanted, now: datetime) -> QuerySet[Component]:
    """Those that something is live of, unless everything is asked for."""
    live = Live.objects.filter(component=OuterRef("pk"), channel=Live.Channel.STABLE)
    asks = Q()
    if wanted.words:
        asks &= Q(name__in=search.names("component", wanted.words))
    if wanted.team:
        asks &= Q(team__name=wanted.team)
    if wanted.kind:
        asks &= Q(kind=wanted.kind)
    if wanted.show == APART:
        asks &= Q(Exists(live.filter(Exists(_another_version()))))
    elif wanted.show in STANDINGS:
        asks &= STANDING.having(wanted.show, now)
    elif wanted.show != EVERYTHING:
        asks &= Q(Exists(live)) | Q(told__isnull=False)
    return Component.objects.alias(told=_told_of()).filter(asks).select_related("team")


def _told_of() -> Subquery:
    """What is live of a component by the word of others: in their order, by its index."""
    return Subquery(told.serving().filter(component=OuterRef("pk")).values("pk")[:1])


def _another_version() -> QuerySet[Live]:
    return Live.objects.filter(
        component=OuterRef("component"), channel=Live.Channel.STABLE
    ).exclude(release=OuterRef("release"))


def gap(places: Sequence[Place], environment: str) -> Gap | None:
    """How one of a component's places stands to the one before it."""
    return _gaps(places).get(environment)


def _gaps(places: Sequence[Place]) -> dict[str, Gap]:
    """Where others deployed, nothing of ours is missing."""
    theirs = {place.environment.name for place in places if place.told}
    found = gaps([_served(place) for place in places])
    return {name: gap for name, gap in found.items() if name not in theirs}


Key = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What stands in the places of some components, by component and environment."""

    live: Mapping[Key, Live]
    under_way: Mapping[Key, Deployment]
    holds: Mapping[Key, Hold]
    rejections: Mapping[tuple[object, str], Rejection]
    told: Mapping[tuple[UUID, str], Change]

    def place(self, component: Component, environment: Environment) -> Place:
        key = (component.pk, environment.pk)
        live = self.live.get(key)
        place = Place(
            environment=environment,
            live=live,
            deployment=self.under_way.get(key),
            rejection=self.rejections.get((component.pk, live.release.digest)) if live else None,
            hold=self.holds.get(key),
            observation=None,
        )
        return place.hearing(self.told.get((component.pk, environment.name)))


def _rows(components: Sequence[Component], places: Sequence[Environment]) -> list[Row]:
    facts = _facts(components, places)
    return [_row(component, places, facts) for component in components]


def _row(component: Component, places: Sequence[Environment], facts: _Facts) -> Row:
    stands = [facts.place(component, place) for place in places]
    apart = _gaps(stands)
    return Row(
        component,
        tuple(
            Cell(place, verdicts.of_place(place), apart.get(place.environment.name))
            for place in stands
        ),
    )


def _served(place: Place) -> Served:
    number = place.live.release.number if place.live else 0
    return Served(place.environment.name, number, is_rejected=place.rejection is not None)


def _facts(components: Sequence[Component], places: Sequence[Environment]) -> _Facts:
    """Five queries for any number of components."""
    live = {
        (row.component_id, row.environment_id): row
        for row in Live.objects.filter(
            component__in=components, channel=Live.Channel.STABLE
        ).select_related("release", "configuration", "deployment__requested_by")
    }
    under_way = {
        (row.component_id, row.environment_id): row
        for row in Deployment.objects.filter(
            component__in=components, state__in=Deployment.UNFINISHED
        ).select_related("release", "configuration", "previous_configuration", "environment")
    }
    holds = Hold.objects.filter(component__in=components, resumed_at=None).select_related("held_by")
    return _Facts(
        live=live,
        under_way=under_way,
        holds={(row.component_id, row.environment_id): row for row in holds},
        rejections=releases.rejections([row.release for row in live.values()]),
        told=_told(components, places, live.keys() | under_way.keys()),
    )


def _told(
    components: Sequence[Component], places: Sequence[Environment], taken: Collection[Key]
) -> Told:
    """In the environments in which one of them has nothing of ours."""
    empty = {
        place.name for place in places for one in components if (one.pk, place.pk) not in taken
    }
    return told_live(components, empty)
