"""Environments as the search knows them."""

from __future__ import annotations

from collections.abc import Iterator

from deployments.environments.models import Environment
from portal.search.things import Thing


def thing(environment: Environment) -> Thing:
    return Thing(
        kind="environment",
        name=environment.name,
        url=f"/environments/#{environment.name}",
        icon="environment",
        title=environment.title,
        note="Production" if environment.is_production else "Environment",
        weight=2,
    )


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew."""
    yield from (thing(environment) for environment in Environment.objects.order_by("pk"))
