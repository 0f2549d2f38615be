"""What names outside mean here: as someone said, or because they are called the same."""

from __future__ import annotations

from dataclasses import dataclass

from observability.events.models import EventSource, Meaning
from portal import navigation
from portal.catalog.models import Component

# As people and tools write them; only where there is no environment of that very name
ALIASES = {
    "prod": "production",
    "prd": "production",
    "live": "production",
    "stage": "staging",
    "stg": "staging",
    "dev": "development",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A component and an environment; what is missing, in words."""

    component: Component | None
    environment: str
    lacks: str = ""


def match(source: EventSource, subject: str, place: str, *, is_guess: bool = False) -> Match:
    """Where something belongs. What is a deployment only perhaps needs a meaning for its place."""
    said = {
        (row.what, row.outside): row
        for row in source.meanings.select_related("component__team").filter(
            outside__in=(subject, place)
        )
    }
    place_said = said.get((Meaning.What.ENVIRONMENT, place))
    environment = place_said.environment if place_said else "" if is_guess else _environment(place)
    component_said = said.get((Meaning.What.COMPONENT, subject))
    component = component_said.component if component_said else _component(source, subject)
    return Match(component, environment, _lacks(source, component, environment, subject, place))


def _lacks(
    source: EventSource, component: Component | None, environment: str, subject: str, place: str
) -> str:
    """What has to be said before it can be on the axis."""
    if component is not None and source.team_id and component.team_id != source.team_id:
        return (
            f"{component.name} belongs to {component.team.name}, and this source speaks for "
            f"{source.team.name if source.team else ''} only."
        )
    lacking = []
    if component is None:
        lacking.append(
            f"say which component “{subject}” is" if subject else "it names no component"
        )
    if not environment:
        lacking.append(
            f"say which environment “{place}” is" if place else "it names no environment"
        )
    return f"{' and '.join(lacking).capitalize()}." if lacking else ""


def _environment(place: str) -> str:
    known = {name for name, _ in navigation.environments()}
    name = place.lower()
    return name if name in known else found if (found := ALIASES.get(name, "")) in known else ""


def _component(source: EventSource, subject: str) -> Component | None:
    """Called the same, or as the last part of a path is: "acme/checkout" is checkout."""
    if not subject:
        return None
    names = [subject.lower(), subject.lower().rpartition("/")[2]]
    rows = Component.objects.select_related("team").filter(name__in=names)
    found = {row.name: row for row in rows}
    one = next((found[name] for name in names if name in found), None)
    if one is not None and source.team_id and one.team_id != source.team_id:
        return None  # by name alone nobody speaks for another team
    return one
