"""What registering a draft would make and touch, before anybody says yes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipelines.connections import queries as connections
from pipelines.drafts.queries import lists
from pipelines.drafts.queries.checks import CheckView
from pipelines.drafts.queries.pages import Page
from pipelines.drafts.sections import Told, said_missing
from pipelines.previews.models import Preview
from pipelines.transformations import compatibility, diff, digest
from pipelines.transformations.diff import Difference
from pipelines.transformations.models import Version
from portal.accounts import access
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.files.findings import listed
from portal.tones import Tone


@dataclass(frozen=True, slots=True)
class Touched:
    """A client who would receive it, and in which environments."""

    title: str
    name: str
    what: str
    is_new: bool
    reached: tuple[str, ...]
    unreached: tuple[str, ...]

    @property
    def where(self) -> str:
        """ "in staging and production; not in development" """
        there = f"in {listed(self.reached)}" if self.reached else ""
        missing = f"not in {listed(self.unreached)}" if self.unreached else ""
        return "; ".join(words for words in (there, missing) if words)


def _against(check: CheckView, tried: str | None) -> str:
    """What the last preview says against a check whose SQL was `tried` there; else ""."""
    if tried != check.sql:
        return f"The check “{check.name}” was not tried in the last preview."
    if check.outcome and not check.outcome["is_passed"]:
        return f"The check “{check.name}” did not hold in the last preview: " + str(
            check.outcome["message"]
        )
    return ""


@dataclass
class Review:
    """A draft as it would be registered now."""

    page: Page

    @cached_property
    def told(self) -> list[Told]:
        """All that stands in the way, in words of doing."""
        return said_missing(self.page.told)

    @property
    def can_register(self) -> bool:
        return self.page.draft.is_open and not self.page.findings and not self.page.away

    @cached_property
    def refusal(self) -> str:
        """Why this person may not, and who can."""
        team = self.page.team or self.page.draft.team
        return access.refusal(self.page.who, "transformation.register", team)

    @cached_property
    def latest(self) -> Version | None:
        """The newest version of this name, or the one before it: what the new one follows."""
        draft = self.page.draft
        return lists.version_before(draft.version) if draft.version else lists.same_name(draft)

    @cached_property
    def rehearsed(self) -> list[tuple[Tone, str]]:
        """What the last preview says against it; nothing of it stands in the way."""
        preview = self.page.preview
        if not self.page.draft.is_open or self.is_same:
            return []
        if preview is None:
            return [("neutral", "It was never previewed: its first run will be the first try.")]
        if self.page.is_stale:
            return [("warn", "The last preview was of an earlier query.")]
        if preview.state != Preview.State.SUCCEEDED:
            return [("warn", preview.message or "The last preview has not ended yet.")]
        tried = {one["name"]: one["sql"] for one in preview.spec.get("checks") or []}
        return [
            ("warn", words)
            for check in self.page.checks
            if (words := _against(check, tried.get(check.name)))
        ]

    @property
    def called(self) -> str:
        """As the new version will be called."""
        return f"v{self.number}"

    @property
    def number(self) -> int:
        """Of the version that it became, would become, or is already."""
        if self.page.draft.version:
            return self.page.draft.version.number
        return self.latest.number + int(not self.is_same) if self.latest else 1

    @property
    def name(self) -> str:
        return self.page.outline.text("metadata", "name")

    @cached_property
    def spec(self) -> dict[str, Any] | None:
        """The content, where it is right."""
        return None if self.page.reading.findings else self.page.reading.spec

    @cached_property
    def difference(self) -> Difference | None:
        """What changes since the newest version."""
        if self.latest is None or self.spec is None:
            return None
        same = digest.semantic(self.spec) == self.latest.semantic_digest
        return diff.compare(self.latest.spec, self.spec, is_same_meaning=same)

    @cached_property
    def is_same(self) -> bool:
        """Nothing would change: the same content is the same version."""
        return (
            self.latest is not None
            and self.spec is not None
            and digest.identity(self.spec) == self.latest.digest
        )

    @cached_property
    def contract(self) -> compatibility.Comparison | None:
        if self.spec is None:
            return None
        old = self.latest.spec.get("contract") if self.latest else None
        new = self.spec.get("contract")
        return compatibility.compare(old, new) if old else compatibility.as_new(new)

    @cached_property
    def touched(self) -> list[Touched]:
        """Clients, each with where it is reached."""
        before = diff.deliveries(self.latest.spec) if self.latest else {}
        found = []
        clients = connections.by_name({"client": {one.client for one in self.page.deliveries}})
        for one in self.page.deliveries:
            client = clients.get(("client", one.client))
            found.append(
                Touched(
                    title=str(client or one.client),
                    name=one.client,
                    what=one.what,
                    is_new=f"{one.client}/{one.destination}" not in before,
                    reached=tuple(p.environment.name for p in one.places if p.is_bound),
                    unreached=tuple(p.environment.name for p in one.places if not p.is_bound),
                )
            )
        return found

    @cached_property
    def places(self) -> list[tuple[str, str]]:
        """Where it can be deployed: each environment, with who would be reached there."""
        return [(one.name, self._reaching(one.name)) for one in self.page.environments]

    def _reaching(self, place: str) -> str:
        if not self.touched:
            return place
        clients = list(dict.fromkeys(one.title for one in self.touched if place in one.reached))
        said = listed(clients) if len(clients) < 3 else f"{len(clients)} clients"
        return f"{place}, delivers to {said or 'nobody'}"

    @cached_property
    def readers(self) -> list[Component]:
        """Components that read what this one makes."""
        if self.latest is None:
            return []
        component = self.latest.transformation.component
        return [row.component for row in catalog.readers(component)[:20]]
