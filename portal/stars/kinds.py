"""What a person may pin in the rail, and where it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing with a page of its own, by the name in its address."""

    name: str
    page: str  # the name of its URL, with the name of the thing as its argument
    model: str
    icon: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("component", "portal:component-detail", "portal.Component", "service"),
        Kind("client", "pipelines:client-detail", "pipelines.Client", "client"),
        Kind("team", "portal:team-detail", "portal.Team", "team"),
    )
}
