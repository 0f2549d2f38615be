"""Names that somebody asks for: what is empty about a misspelt one would be taken for good news."""

from __future__ import annotations

from collections.abc import Collection

from observability.traces.stores.base import OURS
from portal import navigation
from portal.catalog import queries as catalog
from portal.errors import NotFound


def refuse_unknown(*, component: str, environment: str) -> None:
    """NotFound, in words, where nothing has this name. What is nobody's has that of the portal."""
    if component and component != OURS:
        catalog.component(component)
    if environment:
        refuse_environment(environment, [name for name, _ in navigation.environments()])


def refuse_environment(name: str, known: Collection[str]) -> None:
    """NotFound where there is no such one; before there are any, each may be one."""
    if name and known and name not in known:
        raise NotFound(f"There is no environment called “{name}”.", field="environment")
