"""Keeping evidence. The rollback that it belongs to asks who may, notes it and commits."""

from __future__ import annotations

from deployments.evidence.models import Evidence
from deployments.evidence.queries import Gathered
from deployments.rollouts.models import Deployment


def keep(*, rollback: Deployment, gathered: Gathered) -> Evidence:
    """Write it down, once, in the transaction of the rollback."""
    return Evidence.objects.create(
        deployment=rollback,
        against=gathered.against,
        figures=gathered.figures,
        digest=gathered.digest,
        gathered_at=gathered.at,
    )
