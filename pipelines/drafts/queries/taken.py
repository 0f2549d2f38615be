"""A new draft under a name that is taken: what stands there, and what to begin from instead."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from deployments.rollouts import queries as rollouts
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import lists
from pipelines.transformations import queries as transformations
from pipelines.transformations.models import Version
from portal.figures import in_words
from portal.files.findings import listed


@dataclass(frozen=True, slots=True)
class Taken:
    """The transformation of that name: how it stands, and its newest version that nobody rejected.

    Where all are rejected the newest: whoever changes it mends that one.
    """

    name: str
    standing: str
    good: Version

    @property
    def words(self) -> str:
        """What registering refuses with."""
        return (
            f"{self.name} exists: {self.standing}. "
            f"Begin a draft of {self.name} to change it, or choose another name."
        )


def taken(draft: Draft) -> Taken | None:
    """What has this name already, unless the draft was begun in order to change it."""
    if not draft.is_open or _is_meant(draft):
        return None
    newest = lists.same_name(draft)
    if newest is None:
        return None
    component = newest.transformation.component
    if component.team_id != draft.team_id:
        return None  # whose it is says the rule of every file
    rows = list(transformations.versions(component).order_by("-number")[:50])
    rejected = {digest for _, digest in transformations.rejections(rows)}
    good = next((row for row in rows if row.digest not in rejected), newest)
    said = [f"{newest} is rejected"] if newest.digest in rejected else []
    return Taken(component.name, listed([*said, *_lives(rows)]) or f"{newest} is new", good)


def _is_meant(draft: Draft) -> bool:
    return draft.base is not None and draft.base.transformation.component.name == draft.name


def _lives(rows: list[Version]) -> list[str]:
    """ "v1 is live in production, for two clients", by version."""
    component = rows[0].transformation.component
    places: dict[str, list[str]] = defaultdict(list)
    for line in rollouts.live_of([component]).get(component.pk, []):
        places[line.release].append(line.environment)
    clients = {str(row): {d["client"] for d in row.spec.get("deliveries", ())} for row in rows}
    found = [
        f"{name} is live in {listed(where)}{_for(len(clients.get(name, ())))}"
        for name, where in places.items()
    ]
    return found or ["no version is live"]


def _for(clients: int) -> str:
    if not clients:
        return ""
    return f" for {in_words(clients).lower()} client{'s' if clients > 1 else ''}"
