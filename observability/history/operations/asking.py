"""Asking for a repository's past to be read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from observability.history.git import SAFE, is_address
from observability.history.models import HistoryImport
from portal import navigation, secrets
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.catalog.models import Component
from portal.errors import Refused

WORK = "observability.history.tasks.work"
How = HistoryImport.How


@kept("history.import", "component", "component")
@transaction.atomic
def ask(
    *,
    component: Component,
    environment: str,
    repository: str,
    how: str,
    by: User | None,
    now: datetime,
    branch: str = "",
    pattern: str = "",
    secret: str = "",
) -> HistoryImport:
    """Have a repository read: its tags, merges or commits become deployments of the component.

    Only whoever runs the machine (`by` None) may name a folder. Whoever has the platform role
    reaches networks of one's own, nobody the portal itself.
    """
    if by is not None:
        access.require(by, "history.import", component)
    repository = _repository(repository.strip(), is_local=by is None)
    if environment not in dict(navigation.environments()):
        raise Refused(f"There is no environment called “{environment}”.", field="environment")
    if how not in How.values:
        raise Refused(f"Say what stands for a deployment: {', '.join(How.values)}.", field="how")
    for field, text in (("branch", branch), ("pattern", pattern)):
        if text and (not SAFE.fullmatch(text) or len(text) > 120):
            raise Refused(f"“{text}” is no name that git would take.", field=field)
    found = HistoryImport.objects.create(
        component=component,
        environment=environment,
        repository=repository,
        branch=branch,
        how=how,
        pattern=pattern,
        secret=secrets.encrypt(secret) if secret else None,
        may_reach_inside=by is not None and by.is_platform,
        state=HistoryImport.State.QUEUED,
        message="A worker looks at it next.",
        next_at=now,
        asked_by=by,
        asked_at=now,
    )
    audit.record(
        verb="history.import",
        by=by,
        now=now,
        kind="component",
        thing=component.name,
        thing_id=component.pk,
        component=component.name,
        team=component.team.name,
        environment=environment,
        after={"repository": repository, "how": how},
    )
    if by is not None:  # else it is worked on at once, where it was asked for
        enqueue(WORK, import_id=str(found.pk))
    return found


def _repository(text: str, *, is_local: bool) -> str:
    if is_address(text) and len(text) <= 400:
        return text
    if is_local and Path(text).is_dir():
        return str(Path(text).resolve())
    ways = " or a folder" if is_local else ""
    raise Refused(
        f"Write where it is: https://git.example.com/acme/checkout.git{ways}.", field="repository"
    )
