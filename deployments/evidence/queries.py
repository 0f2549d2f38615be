"""Comparing our own deployments, and reading what was kept of it."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import Error

from deployments.environments.models import Environment
from deployments.evidence.deadlines import within
from deployments.evidence.models import Evidence
from deployments.rollouts import axis
from deployments.rollouts.models import Deployment
from observability.changes import operations as changes
from observability.changes.models import Change
from observability.comparison import queries as comparisons
from observability.comparison import wording
from observability.comparison.comparing import Comparison
from observability.comparison.judging import Verdict
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import NotFound, Refused
from portal.tones import Tone

log = logging.getLogger(__name__)
PATIENCE = 3.0  # seconds for all questions together: the way out is not held up by figures


@dataclass(frozen=True, slots=True)
class Gathered:
    """What speaks against a deployment, with the digest that the audit keeps."""

    against: Deployment
    figures: dict[str, Any]
    digest: str
    at: datetime

    @property
    def sentence(self) -> str:
        return str(self.figures["sentence"])

    @property
    def tone(self) -> Tone:
        verdict = self.figures["verdict"]
        return Verdict(verdict).tone if verdict else "neutral"

    @property
    def icon(self) -> str:
        verdict = self.figures["verdict"]
        return Verdict(verdict).icon if verdict else "little"

    @property
    def noted(self) -> dict[str, Any]:
        """For the audit, which everybody reads: nothing of what lines say."""
        return {
            "against": self.against.number,
            "sentence": self.sentence,
            "verdict": self.figures["verdict"],
            "digest": self.digest,
        }


def compared(deployment: Deployment, now: datetime) -> Comparison:
    """A deployment beside what served before it; see observability/comparison/queries.py."""
    rows = Change.objects.select_related("component__team").filter(
        source=changes.SOURCE, external_id=axis.external_id(deployment.pk)
    )
    change = rows.first()
    if change is None or deployment.live_at is None:
        raise Refused(f"{deployment} never began to serve: nothing can be compared.")
    return comparisons.compared(change, now)


def refuse_unless_here(against: Deployment, component: Component, environment: Environment) -> None:
    """Only what was deployed in this place speaks for going back in it."""
    if (against.component_id, against.environment_id) != (component.pk, environment.pk):
        raise Refused(
            f"{against} is no deployment of {component.name} in {environment.name}.",
            field="evidence",
        )


def gather(against: Deployment, now: datetime) -> Gathered:
    """The comparison as it stands now. A store that is away is said, and stops nobody."""
    try:
        with within(PATIENCE):
            figures = wording.as_json(compared(against, now))
    except (Refused, Error) as error:
        log.warning("no figures for %s", against, exc_info=True)
        said = error.message if isinstance(error, Refused) else "The stores did not answer in time."
        figures = {"sentence": f"No figures could be gathered. {said}", "verdict": None}
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Gathered(against, figures, hashlib.sha256(text.encode()).hexdigest(), now)


def of(rollback: Deployment) -> Evidence | None:
    """What a rollback was decided by, with what it speaks against."""
    return Evidence.objects.filter(deployment=rollback).select_related("against__release").first()


def evidence(rollback: Deployment) -> Evidence:
    """The same; NotFound, in words, where none was kept."""
    found = of(rollback)
    if found is None:
        raise NotFound(f"{rollback} has no evidence: it is no rollback, or none was attached.")
    return found


def may_read_lines(deployment: Deployment, by: User) -> bool:
    """Figures are for everybody; what lines say is for who may read the component's logs."""
    return access.may(by, "log.read", deployment.component)
