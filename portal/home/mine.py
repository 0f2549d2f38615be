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
    troubled: int  # of all of them, shown or not
    silent: frozenset[str]  # what nobody answered: floors, facts and NEXT


# Each gives what is wrong or held, by component: (ids of teams, now) -> {component id: Standing}
TROUBLES = {
    "Runs": "pipelines.runs.waiting.troubles_of",
    "Deployments": "deployments.rollouts.queries.troubles.troubles_of",
    "Incidents": "observability.changes.incidents.troubles_of",
}
# (components) -> {component id: Next}
NEXT_RUNS = "pipelines.schedules.queries.next_of"
NEXT = "next"
LIVE = {"live"}  # the fact that a standing is told by, where there is no trouble
ORDER: tuple[Tone, ...] = ("bad", "warn")  # what stands first
WELL = Standing("good", "good", "Well")
MOVING = Standing("running", "running", "Another version is on its way")
NOT_LIVE = Standing("neutral", "neutral", "Not live yet")
UNKNOWN = Standing("neutral", "question", "Not known now")


def of(user: User, now: datetime, most: int) -> Mine:
    """The first of them, whatever is in trouble before what is only important."""
    troubles, silent = _troubles(access.team_ids(user), now)
    first = [[pk for pk, one in troubles.items() if one.tone == tone] for tone in ORDER]
    found = list(catalog.components_of(user, first=first)[: most + 1])
    shown = found[:most]
    facts, unknown = navigation.facts_or_silence(shown)
    next_runs, without = _next_runs(shown)
    troubled = sum(one.pk in troubles for one in found)
    if troubled > most:  # there are more than were asked for
        troubled = catalog.components_of(user).filter(pk__in=troubles).count()
    return Mine(
        components=shown,
        has_more=len(found) > most,
        facts=facts,
        standings=_standings(shown, troubles, facts["live"], silent | unknown & LIVE),
        next_runs=next_runs,
        troubled=troubled,
        silent=frozenset(silent | unknown | without),
    )


def standings_of(components: Sequence[Component], now: datetime) -> dict[UUID, Standing]:
    """How each of a few components does."""
    if not components:
        return {}
    troubles, silent = _troubles(list({one.team_id for one in components}), now)
    facts, unknown = navigation.facts_or_silence(components)
    return _standings(components, troubles, facts["live"], silent | unknown & LIVE)


def _standings(
    components: Sequence[Component],
    troubles: dict[UUID, Standing],
    live: dict[UUID, Sequence[Any]],
    silent: set[str],
) -> dict[UUID, Standing]:
    """A trouble that was told of stands; that there is none is said only where all answered."""
    return {
        one.pk: troubles.get(one.pk) or (UNKNOWN if silent else _untroubled(live.get(one.pk, [])))
        for one in components
    }


def _untroubled(lives: Sequence[Any]) -> Standing:
    """Of the places where it is live."""
    if not lives:
        return NOT_LIVE
    return MOVING if any(one.tone == MOVING.tone for one in lives) else WELL


def _troubles(teams: Sequence[UUID], now: datetime) -> tuple[dict[UUID, Standing], set[str]]:
    """The worst of each component, and the floors that did not answer."""
    found: dict[UUID, Standing] = {}
    silent: set[str] = set()
    for floor, path in TROUBLES.items() if teams else ():
        try:
            said: dict[UUID, Standing] = import_string(path)(teams, now)
        except Exception:
            log.exception("%s did not say what is in trouble", floor)
            silent.add(floor)
            continue
        for pk, one in said.items():
            if pk not in found or ORDER.index(one.tone) < ORDER.index(found[pk].tone):
                found[pk] = one
    return found, silent


def _next_runs(components: Sequence[Component]) -> tuple[dict[UUID, Next], set[str]]:
    try:
        found: dict[UUID, Next] = import_string(NEXT_RUNS)(components)
    except Exception:
        log.exception("nobody said when components run next")
        return {}, {NEXT}
    return found, set()
