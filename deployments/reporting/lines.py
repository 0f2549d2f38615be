"""A change as a line of the report's file. Pure."""

from __future__ import annotations

from typing import Any

from deployments.policies.models import Approval as Decision
from portal.files.tables import moment

HEAD = (
    *("number", "component", "team", "environment", "kind", "release", "release_digest", "commit"),
    *("previous_release", "configuration", "previous_configuration", "requested_by"),
    *("requested_by_name", "requested_at", "reason", "approval", "approvals_needed"),
    *("approved_by", "approved_at", "refused_by", "notes", "plan_digest", "state", "message"),
    *("live_at", "finished_at", "rolled_back_by", "id"),
)


def of(row: Any) -> dict[str, Any]:
    """Of a deployment with its decisions, as `queries.with_decisions` brings it."""
    decisions = list(row.approvals.all())
    standing = [each for each in decisions if not each.superseded]
    approved = [each for each in standing if each.decision == Decision.Decision.APPROVED]
    refused = [each for each in decisions if each.decision == Decision.Decision.REFUSED]
    before, values_before = row.previous_release, row.previous_configuration
    return {
        "number": row.number,
        "component": row.component.name,
        "team": row.component.team.name,
        "environment": row.environment.name,
        "kind": row.kind,
        "release": row.release.number,
        "release_digest": row.release.digest,
        "commit": row.release.commit,
        "previous_release": before.number if before else None,
        "configuration": row.configuration.number,
        "previous_configuration": values_before.number if values_before else None,
        "requested_by": row.requested_by.username,
        "requested_by_name": row.requested_by.full_name,
        "requested_at": moment(row.requested_at),
        "reason": row.reason,
        "approval": row.approval,
        "approvals_needed": row.needed,
        "approved_by": ", ".join(each.decided_by.username for each in approved),
        "approved_at": moment(max((each.decided_at for each in approved), default=None)),
        "refused_by": ", ".join(each.decided_by.username for each in refused),
        "notes": " / ".join(each.note for each in decisions if each.note),
        "plan_digest": row.plan_digest,
        "state": row.state,
        "message": row.message,
        "live_at": moment(row.live_at),
        "finished_at": moment(row.finished_at),
        "rolled_back_by": row.rolled_back_by,
        "id": str(row.pk),
    }
