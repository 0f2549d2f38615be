"""Deploying transformations: the Target of artifact kind “pipeline”.

Switching is one row and the next attempt to be claimed reads it, so there is nothing to copy or
start: preparing means to make sure that what the version needs is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from deployments.environments.models import Environment
from deployments.targets.base import Artifact, Health, Observation, TargetError, TargetPlan
from pipelines.connections import queries as connections
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries import queries as deliveries_made
from pipelines.execution.lifecycle import MAX_TRIES
from pipelines.runs import operations as runs
from pipelines.runs.models import Attempt, Run
from pipelines.transformations import configuration, plan
from pipelines.transformations.models import Version
from portal.accounts import grants
from portal.accounts.models import Team
from portal.catalog.models import Component
from portal.errors import Refused
from portal.files.findings import dotted

LOOKED_AT = 20  # runs, for the health of a release
VERSIONS_TRIED = 100
FAILED = (Attempt.State.FAILED, Attempt.State.LOST)


class PipelineTarget:
    """What deployments ask about versions of transformations. See `Target`."""

    def check_configuration(self, *, component: str, values: Mapping[str, Any]) -> None:
        """Refuse values that no version could run with; the newest one's view is told."""
        wrong = list(configuration.problems(values))
        if not wrong:
            declared = _declared(component)
            misfits = [list(configuration.misfits(values, each)) for each in declared]
            wrong = misfits[0] if misfits and all(misfits) else []
        if wrong:
            path, message = wrong[0]
            details: list[dict[str, object]] = [
                {"field": dotted(path), "message": message} for path, message in wrong
            ]
            raise Refused(message, field=dotted(path), details=details)

    def plan(self, *, new: Artifact, old: Artifact | None, environment: str) -> TargetPlan:
        """Differences in SQL, contract and parties, and whether all that is needed is there."""
        return plan.build(_side(new), _side(old) if old else None, _facts(new, old, environment))

    def apply(self, *, artifact: Artifact, environment: str) -> str:
        """Make sure that inputs are bound and grants are held; nothing has to be started."""
        facts = _facts(artifact, None, environment)
        spec = _side(artifact).spec
        if problem := plan.grant_words(facts) or plan.binding_words(spec, facts):
            raise TargetError(problem, permanent=True)
        gone = plan.undelivered(spec, facts)
        also = f" Not delivered here: {', '.join(gone)}." if gone else ""
        return f"Inputs are bound and grants are held.{also}"

    def observe(self, *, artifact: Artifact, environment: str) -> Observation:
        """By the last runs that ended with this content here; the last one decides."""
        rows = _ended(artifact, environment)
        failed = sum(row.state != Attempt.State.SUCCEEDED for row in rows)
        facts = {"runs": len(rows), "failed": failed}
        if not rows:
            said = f"v{artifact.release} has not run in {environment} yet."
            return Observation("unknown", said, facts, never_ran=True)
        return Observation(_health(rows[0]), _said(rows[0], len(rows), failed), facts)

    def abort(self, *, artifact: Artifact, environment: str) -> None:
        """`apply` leaves nothing behind."""

    def reached(self, *, component: str, digest: str) -> dict[str, Team]:
        """The clients at whom something arrived that a version of this content made."""
        found = deliveries_made.reached(component=component, digest=digest)
        return {client.name: client.team for client in found}

    def withdraw(
        self, *, component: str, digest: str, reason: str, now: datetime
    ) -> dict[str, int]:
        """End runs on this content and hold what of it has not been sent."""
        found = Component.objects.get(name=component)
        return {
            "runs": runs.withdraw(component=found, digest=digest, reason=reason, now=now),
            "deliveries": deliveries.hold(component=found, digest=digest, reason=reason, now=now),
        }

    def restore(self, *, component: str, digest: str, now: datetime) -> dict[str, int]:
        """Let held deliveries go on; ended runs are started again by people."""
        found = Component.objects.get(name=component)
        return {"deliveries": deliveries.unhold(component=found, digest=digest, now=now)}


def _ended(artifact: Artifact, environment: str) -> list[Attempt]:
    """The last attempt of each run with this content, newest first, where it is its last word.

    Not the run's own version: one that was started again with another version ran with this, too.
    """
    rows = (
        Attempt.objects.filter(
            version__transformation__component__name=artifact.component,
            version__digest=artifact.digest,
            run__environment__name=environment,
        )
        .select_related("run")
        .defer("log", "checks")
        .order_by("-started_at", "-id")[: LOOKED_AT * MAX_TRIES]
    )
    last = dict[UUID, Attempt]()
    for row in rows:
        last.setdefault(row.run_id, row)
    return [row for row in last.values() if _is_over(row)][:LOOKED_AT]


def _is_over(attempt: Attempt) -> bool:
    """Whether it says how the version does: one that failed may be tried again by itself."""
    run = attempt.run
    if attempt.state == Attempt.State.SUCCEEDED:
        return True
    if attempt.state not in FAILED:
        return False
    is_latest = attempt.number == run.attempt and run.version_id is not None
    return run.state == Run.State.FAILED if is_latest else attempt.state == Attempt.State.FAILED


def _declared(component: str) -> list[dict[str, Any]]:
    """What each version declares as parameters, newest first."""
    rows = Version.objects.filter(transformation__component__name=component).order_by("-number")
    return [row or {} for row in rows.values_list("spec__parameters", flat=True)[:VERSIONS_TRIED]]


def _side(artifact: Artifact) -> plan.Side:
    found = Version.objects.filter(
        transformation__component__name=artifact.component, number=artifact.release
    ).first()
    if found is None or found.digest != artifact.digest:
        raise TargetError(
            f"v{artifact.release} of {artifact.component} is not what was released. "
            "Register it again.",
            permanent=True,
        )
    return plan.Side(str(found), found.meaning, found.spec, artifact.configuration)


def _facts(new: Artifact, old: Artifact | None, environment: str) -> plan.Facts:
    """Places, grants and people who can help, for the parties of both sides."""
    specs = [_side(side).spec for side in (new, old) if side is not None]
    wanted = _parties(specs)
    component = Component.objects.select_related("team").get(name=new.component)
    things = connections.by_name(wanted)
    used = _parties(specs[:1])
    missing = grants.missing(
        component.team, [(kind, name) for kind, names in used.items() for name in sorted(names)]
    )
    sources = connections.connections_bound(wanted["connection"], environment)
    destinations = connections.destinations_bound(wanted["destination"], environment)
    in_need = {*missing, *(("connection", name) for name in used["connection"] - sources.keys())}
    return plan.Facts(
        component=component.name,
        team=component.team.name,
        environment=environment,
        holds_schedule=_holds_its_schedule(specs[0], environment),
        sources={name: row.address for name, row in sources.items()},
        destinations={name: row.shown for name, row in destinations.items()},
        clients={name: str(thing) for (kind, name), thing in things.items() if kind == "client"},
        missing_grants=tuple(missing),
        helpers={
            key: connections.who_can_help(thing.team)
            for key, thing in things.items()
            if key in in_need
        },
    )


def _holds_its_schedule(spec: Mapping[str, Any], environment: str) -> bool:
    """Whether the file's own schedule holds there; not asked where it has none."""
    if not (spec.get("defaults") or {}).get("schedule"):
        return False
    return Environment.objects.filter(name=environment, is_production=True).exists()


def _parties(specs: list[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The names of connections, clients and destinations in these specs, by kind."""
    inputs = [entry for spec in specs for entry in spec.get("inputs", {}).values()]
    sent = [entry for spec in specs for entry in spec.get("deliveries", [])]
    return {
        "connection": {entry["connection"] for entry in inputs},
        "client": {entry["client"] for entry in sent},
        "destination": {entry["destination"] for entry in sent},
    }


def _health(last: Attempt) -> Health:
    return "healthy" if last.state == Attempt.State.SUCCEEDED else "degraded"


def _said(last: Attempt, count: int, failed: int) -> str:
    tally = f"{count - failed} of the last {count} runs succeeded." if count > 1 else ""
    number = last.run.number
    if last.state != Attempt.State.SUCCEEDED:
        words = f"Run {number}, the last one, failed: {last.message or 'no reason was kept'}"
        return f"{words.rstrip('.')}. {tally}".strip()
    rows = f" with {last.rows_out} rows" if last.rows_out is not None else ""
    return f"Run {number}, the last one, succeeded{rows}. {tally}".strip()
