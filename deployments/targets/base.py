"""The port to what actually serves a release. Floors above implement it; settings name them.

An adapter never decides whether something may be deployed: rules, approvals and rejections are
the rollout's. It says what would change, makes it so, and tells how it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from portal.accounts.models import Team
from portal.tones import Tone

Verdict = Literal["pass", "ask", "warn", "fail"]
VERDICTS: dict[str, tuple[Tone, str]] = {
    "pass": ("good", "good"),
    "ask": ("info", "user"),
    "warn": ("warn", "warn"),
    "fail": ("bad", "bad"),
}
Health = Literal["healthy", "degraded", "unknown"]


class TargetError(Exception):
    """The target could not do it. `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is put somewhere: a release, by number and digest, with its configuration."""

    component: str
    release: int
    digest: str
    configuration: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer. `fail` stops, `warn` is shown, `ask` makes the deployment wait for people.

    `name` says what was found, as the verdict has it ("Not rejected", or else "Rejected"),
    `override` who may let it through, `first_in` in which environment the release has to be before.
    """

    name: str
    verdict: Verdict
    message: str
    override: str = ""
    first_in: str = ""

    @property
    def tone(self) -> Tone:
        return VERDICTS[self.verdict][0]

    @property
    def icon(self) -> str:
        return VERDICTS[self.verdict][1]


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What would change: JSON for the page. `sections` keep their order.

    A section is {"kind": "sql" | "contract" | "texts" | "parties", "title", "summary", …}:
    sql: `old`, `new` (text), `diff` (unified); contract: `rows` [{column, old, new, effect, tone}];
    texts: `rows` [{name, old, new, effect, tone}] of what `head` says ("Check"), "" where absent;
    parties: `rows` [{name, gets, where, effect}], and `heads` of the first two columns where they
    are not who gets what.
    """

    summary: str
    sections: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """How a release does in an environment, in a word and in a sentence.

    `never_ran`: it is known to have done nothing there, so that nothing speaks for it either.
    """

    health: Health
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    never_ran: bool = False


class Target(Protocol):
    """What a kind of artifact needs to be deployed. All methods run inside the portal."""

    def check_configuration(self, *, component: str, values: Mapping[str, Any]) -> None:
        """Raise `Refused`, with the field, where `values` makes no sense for this component."""

    def plan(self, *, new: Artifact, old: Artifact | None, environment: str) -> TargetPlan:
        """What `new` would change against `old` (None: nothing is live there)."""

    def apply(self, *, artifact: Artifact, environment: str) -> str:
        """Make ready before the switch; return a sentence. Idempotent: it may be called again.

        It returns within a worker's lease (settings.LEASE_SECONDS), or another worker calls it too.
        """

    def observe(self, *, artifact: Artifact, environment: str) -> Observation:
        """How this release does, or did, in this environment."""

    def abort(self, *, artifact: Artifact, environment: str) -> None:
        """Undo what `apply` made ready. Idempotent."""

    def reached(self, *, component: str, digest: str) -> dict[str, Team]:
        """The clients who were given what this content made, and the team that answers for each."""

    def withdraw(
        self, *, component: str, digest: str, reason: str, now: datetime
    ) -> dict[str, int]:
        """In the rejecting transaction: stop all work on this content and hold what is unsent.

        Returns what was stopped, in counts by name ("runs", "deliveries").
        """

    def restore(self, *, component: str, digest: str, now: datetime) -> dict[str, int]:
        """In the lifting transaction: let what `withdraw` held go on."""
