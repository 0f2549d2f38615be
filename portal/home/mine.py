"""The components of a person's teams, those in trouble first: how each does, when it runs next.

Names of upper floors stand here as strings only, as in the navigation.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.tones import Tone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a component does, in a word or two."""

    tone: Tone
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class Next:
    """When it runs by itself next, in the most important place that has a schedule."""

    at: datetime
    environment: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What home shows of the components of one's teams."""

    components: list[Component]
    has_more: bool
    facts: dict[str, dict[Any, Any]]
    standings: dict[UUID, Standing]
    next_runs: dict[UUID, Next]


# Each gives what is wrong or held, by component: (ids of teams, now) -> {component id: Standing}
TROUBLES = {
    "Runs": "pipelines.runs.waiting.troubles_of",
    "Deployments": "deployments.rollouts.queries.troubles.troubles_of",
}
# (components) -> {component id: Next}
NEXT_RUNS = "pipelines.schedules.queries.next_of"
ORDER: tuple[Tone, ...] = ("bad", "warn")  # what stands first
WELL = Standing("good", "good", "Well")
MOVING = Standing("running", "running", "Another version is on its way")
NOT_LIVE = Standing("neutral", "neutral", "Not live yet")


def of(user: User, now: datetime, most: int) -> Mine:
    """The first of them, whatever is in trouble before what is only important."""
    troubles = _troubles(access.team_ids(user), now)
    first = [[pk for pk, one in troubles.items() if one.tone == tone] for tone in ORDER]
    found = list(catalog.components_of(user, first=first)[: most + 1])
    shown = found[:most]
    facts = navigation.facts(shown)
    return Mine(
        components=shown,
        has_more=len(found) > most,
        facts=facts,
        standings=_standings(shown, troubles, facts["live"]),
        next_runs=_next_runs(shown),
    )


def standings_of(components: Sequence[Component], now: datetime) -> dict[UUID, Standing]:
    """How each of a few components does."""
    if not components:
        return {}
    troubles = _troubles(list({one.team_id for one in components}), now)
    return _standings(components, troubles, navigation.facts(components)["live"])


def _standings(
    components: Sequence[Component], troubles: dict[UUID, Standing], live: dict[UUID, Sequence[Any]]
) -> dict[UUID, Standing]:
    return {one.pk: troubles.get(one.pk) or _untroubled(live.get(one.pk, [])) for one in components}


def _untroubled(lives: Sequence[Any]) -> Standing:
    """Of the places where it is live."""
    if not lives:
        return NOT_LIVE
    return MOVING if any(one.tone == MOVING.tone for one in lives) else WELL


def _troubles(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """The worst of each component; a floor that does not answer knows of none."""
    found: dict[UUID, Standing] = {}
    for floor, path in TROUBLES.items() if teams else ():
        try:
            said: dict[UUID, Standing] = import_string(path)(teams, now)
        except Exception:
            log.exception("%s did not say what is in trouble", floor)
            continue
        for pk, one in said.items():
            if pk not in found or ORDER.index(one.tone) < ORDER.index(found[pk].tone):
                found[pk] = one
    return found


def _next_runs(components: Sequence[Component]) -> dict[UUID, Next]:
    try:
        found: dict[UUID, Next] = import_string(NEXT_RUNS)(components)
    except Exception:
        log.exception("nobody said when components run next")
        return {}
    return found
