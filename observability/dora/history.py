"""What figures are computed from: deployments as the axis of changes tells them. Pure.

Tuples, not dataclasses: a page may look at tens of thousands of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Place = tuple[str, str]  # a component in an environment


class Said(StrEnum):
    """What a person may say about a deployment against what the records say."""

    NOT_A_FAILURE = "not_a_failure"
    FAILURE = "failure"
    NOT_CAUSED_BY_A_CHANGE = "not_caused_by_a_change"
    PLANNED = "planned"
    UNPLANNED = "unplanned"


class Commit(NamedTuple):
    """A commit that a deployment brought; `committed_at` is not the author's clock."""

    sha: str
    committed_at: datetime | None
    is_revert: bool = False  # it takes back another commit


class Intervention(NamedTuple):
    """What another change says about a deployment: that it reverses, fixes or was caused by it.

    `reached_at` is when the other one was live, or when an incident was over.
    """

    kind: str
    by: str
    reached_at: datetime | None
    is_called_off: bool = False  # it ended without being live, because someone wanted it so


class Deployment(NamedTuple):
    """A release or a rollback that was put into an environment."""

    id: str
    component: str
    environment: str
    kind: str  # deployment, rollback, configuration
    release: str
    outcome: str  # running, succeeded, failed, aborted, refused
    is_planned: bool
    started_at: datetime
    finished_at: datetime | None
    live_at: datetime | None  # when it began to serve, where someone said so
    commits: tuple[Commit, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    mends: bool = False  # it reverses or fixes another one
    said: str = ""  # what a person said about it, a Said

    @property
    def reached_at(self) -> datetime | None:
        """When it was in production: began to serve, or else ended well; None if it never was."""
        return self.live_at or (self.finished_at if self.outcome == "succeeded" else None)


class Known(NamedTuple):
    """What happened before the deployments at hand, and what reached clients.

    `deliveries` are the first deliveries of a component's releases in an environment that nobody
    has rejected since, by release number.
    """

    places: frozenset[Place] = frozenset()  # where something was live before
    commits: frozenset[tuple[Place, str]] = frozenset()  # which were live there before
    deliveries: Mapping[Place, Mapping[int, datetime]] = {}


NOTHING = Known()
