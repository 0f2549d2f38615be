"""What a deployment would do, before the button: built from facts, with a digest. Pure.

The digest covers what a person agreed to. If the world moves between the page and the button, it
no longer fits, and the person gets the new plan instead.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from deployments.policies import checks
from deployments.policies.checks import Kind
from deployments.rollouts import configuration
from deployments.strategies.base import StepPlan
from deployments.targets.base import Finding, TargetPlan


@dataclass(frozen=True, slots=True)
class Pair:
    """A release with a configuration; `configuration` 0 is one that this deployment makes."""

    release: int
    digest: str
    configuration: int
    values: Mapping[str, Any]

    @property
    def version(self) -> str:
        return f"v{self.release}"

    def as_json(self) -> dict[str, Any]:
        return {
            "release": self.release,
            "version": self.version,
            "digest": self.digest,
            "configuration": self.configuration,
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands, and what is wanted."""

    component: str
    environment: str
    kind: Kind
    strategy: str
    new: Pair
    old: Pair | None
    target: TargetPlan
    findings: tuple[Finding, ...]
    steps: tuple[StepPlan, ...]
    approvals: int
    approvers: tuple[str, ...]
    commits: tuple[Mapping[str, Any], ...]
    may_ask: bool
    made_at: datetime
    is_old_rejected: bool = False
    beyond: str = ""  # where a rollback would lead instead, where the old pair is rejected


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan page and the API show, and what is kept with the deployment."""

    component: str
    environment: str
    kind: Kind
    strategy: str
    title: str
    summary: str
    move: Mapping[str, Any]  # {"from": pair or None, "to": pair}
    sections: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]
    tally: str
    commits: tuple[Mapping[str, Any], ...]
    steps: tuple[StepPlan, ...]
    approvals: int
    approvers: tuple[str, ...]
    can_deploy: bool
    way_back: str
    made_at: datetime
    digest: str

    @property
    def failing(self) -> tuple[Finding, ...]:
        return checks.failing(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return checks.warning(self.findings)

    def as_json(self) -> dict[str, Any]:
        """Plain values only; findings carry their tone and icon for the page."""
        found = [
            asdict(finding) | {"tone": finding.tone, "icon": finding.icon}
            for finding in self.findings
        ]
        return asdict(self) | {"findings": found, "made_at": self.made_at.isoformat()}


def build(facts: Facts) -> Plan:
    """The plan that follows from the facts."""
    changed = configuration.difference(facts.old.values if facts.old else {}, facts.new.values)
    return Plan(
        component=facts.component,
        environment=facts.environment,
        kind=facts.kind,
        strategy=facts.strategy,
        title=_title(facts),
        summary=_summary(facts, changed),
        move={"from": facts.old.as_json() if facts.old else None, "to": facts.new.as_json()},
        sections=(*facts.target.sections, *_configuration_section(changed)),
        findings=facts.findings,
        tally=checks.tally(facts.findings, facts.approvals),
        commits=facts.commits,
        steps=facts.steps,
        approvals=facts.approvals,
        approvers=facts.approvers,
        can_deploy=facts.may_ask and not checks.failing(facts.findings),
        way_back=_way_back(facts),
        made_at=facts.made_at,
        digest=digest(facts),
    )


def digest(facts: Facts) -> str:
    """SHA-256 of the canonical JSON of what a person agrees to: hexadecimal.

    In it: both pairs with their values, who would receive what and where, each rule's verdict and
    how many must approve. Not in it: sentences with counts and times, which move all the time.
    """
    matter = {
        "component": facts.component,
        "environment": facts.environment,
        "kind": facts.kind,
        "strategy": facts.strategy,
        "new": [facts.new.release, facts.new.digest, facts.new.values],
        "old": facts.old and [facts.old.release, facts.old.digest, facts.old.values],
        "parties": _parties(facts.target),
        "findings": sorted([finding.name, finding.verdict] for finding in facts.findings),
        "approvals": facts.approvals,
    }
    canonical = json.dumps(matter, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parties(target: TargetPlan) -> list[list[Any]]:
    return [
        [row.get("name"), row.get("gets"), row.get("where")]
        for section in target.sections
        if section.get("kind") == "parties"
        for row in section.get("rows", ())
    ]


def _title(facts: Facts) -> str:
    name, place, version = facts.component, facts.environment, facts.new.version
    if facts.kind == "configuration":
        return f"Change the configuration of {name} in {place}"
    if facts.kind == "rollback":
        return f"Roll {name} back to {version} in {place}"
    return f"Deploy {version} of {name} to {place}"


def _summary(facts: Facts, changed: list[dict[str, str]]) -> str:
    said = [facts.target.summary.strip(), configuration.summary(changed)]
    return " ".join(filter(None, said)) or f"Nothing would change in {facts.environment}."


def _configuration_section(changed: list[dict[str, str]]) -> tuple[Mapping[str, Any], ...]:
    if not changed:
        return ()
    words = "value differs" if len(changed) == 1 else "values differ"
    return (
        {
            "kind": "configuration",
            "title": "Configuration",
            "summary": f"{len(changed)} {words}",
            "rows": changed,
        },
    )


def _way_back(facts: Facts) -> str:
    if facts.old is None:
        return (
            f"Nothing is live in {facts.environment} yet, so there is no version to go back to: "
            "pausing stops its work."
        )
    if facts.is_old_rejected:
        instead = (
            f"Rolling back would lead to {facts.beyond}."
            if facts.beyond
            else "Nothing else is possible either: pausing stops its work."
        )
        return f"{facts.old.version} is rejected: there is no way back to it. {instead}"
    return f"{facts.old.version} stays ready. Rolling back to it waits for no approval."
