"""Registering a draft and deploying what it became, in one breath."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deployments.environments.models import Environment
from deployments.releases import queries as releases
from deployments.rollouts import operations as rollouts
from pipelines.drafts.models import Draft
from pipelines.drafts.operations import closing
from pipelines.drafts.queries import lists
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.golden_paths import operations as golden_paths

PATH = "new-transformation"


@kept("transformation.register", "transformation", "draft")
def ship(
    *,
    draft: Draft,
    environment: Environment,
    by: User,
    now: datetime,
    seen: int | None = None,
    is_run: bool = True,
    is_scheduled: bool = False,
    message: str = "",
) -> str:
    """Register what the draft says and ask for its deployment; answers the page to look on at.

    The first version of a transformation goes by the golden path, whose steps are durable and
    retried alone; a further one is a deployment like any other.
    """
    with transaction.atomic():
        if lists.same_name(draft) is None:
            return _first(draft, environment, by, now, seen, is_run, is_scheduled, message)
        version, _ = closing.register(draft=draft, seen=seen, by=by, now=now, message=message)
        component = version.transformation.component
        deployment = rollouts.request(
            component=component,
            release=releases.release(component, version.number),
            environment=environment,
            by=by,
            now=now,
            reason=message or f"From draft {draft.number}.",
        )
        deployment.refresh_from_db(fields=["number"])
        return deployment.path


def _first(
    draft: Draft,
    environment: Environment,
    by: User,
    now: datetime,
    seen: int | None,
    is_run: bool,  # noqa: FBT001 - as `ship` was asked
    is_scheduled: bool,  # noqa: FBT001
    message: str,
) -> str:
    """The path is started before the version exists, so that its plan says what will be made."""
    run = golden_paths.start(
        path=PATH,
        answers={
            "name": draft.name,
            "team": draft.team.name,
            "file": draft.text,
            "environment": environment.name,
            "run": is_run,
            "scheduled": is_scheduled,
        },
        by=by,
        now=now,
        is_dry_run=False,
        request_key=f"draft-{draft.number}-{draft.revision}",
    )
    closing.register(draft=draft, seen=seen, by=by, now=now, message=message)
    run.refresh_from_db(fields=["number"])
    return run.url
