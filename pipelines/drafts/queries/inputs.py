"""The inputs of a draft: what each is like where it is looked at, and what else could be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections import queries as connections
from pipelines.connections.models import Binding, Connection
from pipelines.connections.sources import queries as sources
from pipelines.connections.sources.base import Wanted
from pipelines.drafts.sections import row_key
from pipelines.previews import queries as previews
from pipelines.previews.models import Look
from pipelines.runs import parameters
from pipelines.transformations import paths
from pipelines.transformations.outline import Outline
from portal.accounts.models import Team


@dataclass(frozen=True, slots=True)
class InputView:
    """An input with what is known of it. Without a binding there is nothing to look at."""

    name: str
    connection: str
    place: str
    kind: str  # "path" or "table"
    format: str
    binding: Binding | None
    wanted: Wanted | None
    look: Look | None = None

    @property
    def key(self) -> str:
        """What its row is called, whichever others come or go."""
        return row_key(self.name)

    @property
    def columns(self) -> list[dict[str, str]] | None:
        return self.look.columns if self.look else None

    @property
    def is_waiting(self) -> bool:
        """Nothing is known yet, and somebody looks."""
        return self.binding is not None and (
            self.look is None or (self.look.columns is None and not self.look.is_finished)
        )


@dataclass(frozen=True, slots=True)
class SourceView:
    """A connection that the team may query, and where it would be looked at."""

    connection: Connection
    binding: Binding | None


def names_of(outline: Outline) -> set[str]:
    """The connections that a file reads."""
    return {
        str(entry["connection"])
        for entry in outline.inputs.values()
        if isinstance(entry.get("connection"), str) and entry["connection"]
    }


def views(outline: Outline, environment: Environment | None) -> list[InputView]:
    """The inputs in the order of the file, with what is known of each."""
    bound: Mapping[str, Binding] = {}
    if environment is not None:
        bound = connections.connections_bound(names_of(outline), environment.name)
    values = _values(outline)
    found = [
        _view(name, entry, bound.get(str(entry.get("connection"))), values)
        for name, entry in outline.inputs.items()
    ]
    keys = [key_of(one.binding, one.wanted) for one in found if one.binding and one.wanted]
    looks = previews.looks(keys)
    return [_with_look(one, looks) for one in found]


def key_of(binding: Binding, wanted: Wanted | None, search: str = "") -> str:
    """How the look at this place is called."""
    place = wanted or Wanted("")
    return Look.key_of(
        address=binding.address,
        path=place.path,
        table=place.table,
        format=place.format,
        search=search,
    )


def columns(inputs: Sequence[InputView]) -> dict[str, list[dict[str, str]]]:
    """The columns of those inputs of which they are known."""
    return {one.name: one.columns for one in inputs if one.columns is not None}


def offered(team: Team, environment: Environment | None, search: str = "") -> list[SourceView]:
    """What the team holds grants for; where it is bound in this place, else in the first one."""
    return [
        SourceView(connection, _binding(connection, environment))
        for connection in previews.sources_of(team, search)
    ]


def place_of(outline: Outline, chosen: Environment | None) -> tuple[Environment | None, list[Any]]:
    """Where a draft is looked at, and where else it could be: all inputs must be bound there."""
    places = previews.places(names_of(outline))
    if chosen is not None and chosen.pk in {place.pk for place in places}:
        return chosen, places
    return (places[0] if places else None), places


def _binding(connection: Connection, environment: Environment | None) -> Binding | None:
    bindings = list(connection.bindings.all())  # prefetched, in the order of environments
    here = [one for one in bindings if environment and one.environment_id == environment.pk]
    return next(iter(here or bindings), None)


def _view(
    name: str, entry: Mapping[str, Any], binding: Binding | None, values: Mapping[str, Any]
) -> InputView:
    kind = "table" if entry.get("table") else "path"
    place = str(entry.get(kind) or "")
    return InputView(
        name=name,
        connection=str(entry.get("connection") or ""),
        place=place,
        kind=kind,
        format=str(entry.get("format") or ""),
        binding=binding,
        wanted=_wanted(name, entry, values) if place else None,
    )


def _wanted(name: str, entry: Mapping[str, Any], values: Mapping[str, Any]) -> Wanted | None:
    path = str(entry.get("path") or "")
    if path and any(used not in values for used in paths.placeholders(path)):
        return None
    return sources.wanted(name, entry, values)


def _with_look(view: InputView, looks: Mapping[str, Look]) -> InputView:
    if view.binding is None or view.wanted is None:
        return view
    found = looks.get(key_of(view.binding, view.wanted))
    return InputView(
        view.name,
        view.connection,
        view.place,
        view.kind,
        view.format,
        view.binding,
        view.wanted,
        found,
    )


def _values(outline: Outline) -> dict[str, Any]:
    """The values that parameters have unless somebody says otherwise."""
    found = {}
    for name, declared in outline.parameters.items():
        default = declared.get("default")
        if declared.get("type") in parameters.WORDS and default is not None:
            found[name] = default
    return found
