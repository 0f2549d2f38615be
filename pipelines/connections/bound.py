"""What is bound where, at a glance: each name by environment, with what is doubtful marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from deployments.environments.models import Environment
from pipelines.connections import queries
from pipelines.connections.models import Binding, Connection, Destination
from pipelines.connections.placed import Trial, trial_of
from portal.accounts.models import Team
from portal.filters import identities
from portal.pages import Page, newest

PROBLEMS = {
    "gap": "Not bound somewhere",
    "same": "Same place as production",
    "bad": "Did not work when tried",
    "untried": "Never tried",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A name in one environment. `binding` is None where it is not reached from there."""

    environment: Environment
    binding: Binding | None
    trial: Trial | None
    is_same_as_production: bool

    @property
    def has_secret(self) -> bool:
        return self.binding is not None and self.binding.secret_set_at is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One name across the environments."""

    thing: Connection | Destination
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A page of names, and the environments in their order."""

    environments: tuple[Environment, ...]
    lines: tuple[Line, ...]
    page: Page[Connection] | Page[Destination]

    @property
    def is_trying(self) -> bool:
        cells = (cell for line in self.lines for cell in line.cells)
        return any(cell.trial is not None and cell.trial.state == "asked" for cell in cells)


def matrix(*, kind: str, team: str = "", problem: str = "", before: str = "") -> Matrix:
    """Names of one kind, the newest first; four queries, however many there are."""
    environments = tuple(Environment.objects.order_by("order"))
    if kind == "destination":
        places = newest(_narrowed(queries.destinations(), kind, team, problem), before=before)
        return Matrix(environments, _lines(places.rows, environments), places)
    sources = newest(_narrowed(queries.connections(), "connection", team, problem), before=before)
    return Matrix(environments, _lines(sources.rows, environments), sources)


def _lines(
    things: Sequence[Connection] | Sequence[Destination], environments: Sequence[Environment]
) -> tuple[Line, ...]:
    return tuple(_line(thing, environments) for thing in things)


def _line(thing: Connection | Destination, environments: Sequence[Environment]) -> Line:
    bindings = {row.environment_id: row for row in thing.bindings.all()}
    production = {
        bindings[place.pk].address
        for place in environments
        if place.is_production and place.pk in bindings
    }
    return Line(
        thing, tuple(_cell(place, bindings.get(place.pk), production) for place in environments)
    )


def _cell(place: Environment, binding: Binding | None, production: set[str]) -> Cell:
    is_same = binding is not None and not place.is_production and binding.address in production
    return Cell(place, binding, trial_of(binding), is_same)


def _narrowed(rows: QuerySet[Any], kind: str, team: str, problem: str) -> QuerySet[Any]:
    if team:
        rows = rows.filter(team__in=identities(Team.objects.all(), name=team))
    own = Binding.objects.filter(**{kind: OuterRef("pk")})
    if problem == "gap":
        rows = rows.annotate(bound=Count("bindings")).filter(bound__lt=Environment.objects.count())
    elif problem == "same":
        there = Binding.objects.filter(
            **{kind: OuterRef(kind)}, environment__is_production=True, address=OuterRef("address")
        )
        rows = rows.filter(Exists(own.filter(Exists(there), environment__is_production=False)))
    elif problem == "bad":
        rows = rows.filter(Exists(own.filter(trial__state="bad")))
    elif problem == "untried":
        rows = rows.filter(Exists(own.filter(tried_at=None)))
    return rows
