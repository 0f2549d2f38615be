"""A target of the tests' own: it speaks the port and remembers what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from deployments.targets.base import Artifact, Finding, Observation, TargetError, TargetPlan
from portal.accounts.models import Team
from portal.errors import Refused

KIND = "crate"


class Crates:
    """Puts crates nowhere. What it answers is set by the test, and forgotten before the next."""

    told: ClassVar[list[tuple[str, str, int | str]]] = []
    health: ClassVar[dict[tuple[int, str], Observation]] = {}  # by release and environment
    trouble: ClassVar[dict[str, list[TargetError]]] = {}  # by method: raised one after another
    findings: ClassVar[tuple[Finding, ...]] = ()
    parties: ClassVar[list[dict[str, str]]] = []

    @classmethod
    def forget(cls) -> None:
        cls.told.clear()
        cls.health.clear()
        cls.trouble.clear()
        cls.parties.clear()
        cls.findings = ()

    def check_configuration(self, *, component: str, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in {"schedule", "parameters", "limits"}:
                raise Refused(f"A crate knows no “{name}”.", field=name)

    def plan(self, *, new: Artifact, old: Artifact | None, environment: str) -> TargetPlan:
        self._maybe("plan")
        return TargetPlan(
            summary=f"Crate {new.release} instead of {old.release if old else 'nothing'}.",
            sections=({"kind": "parties", "title": "Who feels it", "rows": list(self.parties)},),
            findings=self.findings,
        )

    def apply(self, *, artifact: Artifact, environment: str) -> str:
        self._maybe("apply")
        self.told.append(("apply", environment, artifact.release))
        return f"Crate {artifact.release} is packed."

    def observe(self, *, artifact: Artifact, environment: str) -> Observation:
        self._maybe("observe")
        said = Observation("unknown", "Nobody has opened the crate yet.")
        return self.health.get((artifact.release, environment), said)

    def abort(self, *, artifact: Artifact, environment: str) -> None:
        self.told.append(("abort", environment, artifact.release))
        self._maybe("abort")

    def reached(self, *, component: str, digest: str) -> dict[str, Team]:
        return {}

    def withdraw(
        self, *, component: str, digest: str, reason: str, now: datetime
    ) -> dict[str, int]:
        self.told.append(("withdraw", component, digest))
        return {"runs": 2}

    def restore(self, *, component: str, digest: str, now: datetime) -> dict[str, int]:
        self.told.append(("restore", component, digest))
        return {"deliveries": 1}

    def _maybe(self, method: str) -> None:
        if waiting := self.trouble.get(method):
            raise waiting.pop(0)
