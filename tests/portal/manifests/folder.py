"""A folder of documents, planned and applied in this process as the API does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import User
from portal.manifests import operations, queries
from portal.manifests.models import Application
from portal.manifests.planning import Plan, Step
from portal.manifests.reading import File
from tests.conftest import NOW

SOURCE = "https://git.example/platform/portal"


@dataclass
class Folder:
    """Files by their path; whoever plans and applies them is `by`."""

    by: User
    files: dict[str, str] = field(default_factory=dict)
    source: str = SOURCE
    secrets: dict[str, str] = field(default_factory=dict)

    def plan(self, **more: Any) -> Plan:
        return queries.plan(**self._asked(more))

    def steps(self, **more: Any) -> dict[str, Step]:
        """The plan's steps by "Kind name"."""
        return {f"{step.kind} {step.name}": step for step in self.plan(**more).steps}

    def begin(self, *, digest: str = "", **more: Any) -> Application:
        asked = self._asked(more)
        return operations.begin(digest=digest or queries.plan(**asked).digest, **asked)

    def apply(self, **more: Any) -> Application:
        """All of it, to its end."""
        return self.work(self.begin(**more))

    def work(self, application: Application, *, most: int = 100_000) -> Application:
        """Its next steps, at most so many."""
        left = iter(range(most - 1))
        return operations.work(
            application=application,
            by=self.by,
            now=lambda: NOW,
            goes_on=lambda: next(left, None) is not None,
            secrets=self.secrets,
        )

    def _asked(self, more: dict[str, Any]) -> dict[str, Any]:
        asked = {"source": self.source, "secrets": self.secrets, "by": self.by, "now": NOW}
        return {**asked, "files": [File(*file) for file in self.files.items()], **more}


def export() -> dict[str, str]:
    """The whole portal as files, by path."""
    files = queries.export(by=_platform(), now=NOW, address="https://slipway.example")
    return {file.path: file.text for file in files}


def _platform() -> User:
    return User.objects.get(username="priya")
