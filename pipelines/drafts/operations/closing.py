"""What becomes of a draft: discarded and brought back, or registered; and who is at it now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deployments.environments.models import Environment
from pipelines.drafts.models import Draft, DraftVisit
from pipelines.drafts.operations import keeping
from pipelines.drafts.queries.taken import taken
from pipelines.transformations import operations as transformations
from pipelines.transformations.models import Version
from portal.accounts import access
from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.errors import Moved, Refused


@transaction.atomic
def discard(*, draft: Draft, by: User, now: datetime) -> Draft:
    """Put it away. It can be brought back: nothing is deleted."""
    access.require(by, "draft.change", draft.team)
    _move(draft, Draft.State.OPEN, Draft.State.DISCARDED, by=by, now=now)
    keeping.note("draft.discard", draft, by=by, now=now)
    return draft


@transaction.atomic
def bring_back(*, draft: Draft, by: User, now: datetime) -> Draft:
    """Undo a discard."""
    access.require(by, "draft.change", draft.team)
    _move(draft, Draft.State.DISCARDED, Draft.State.OPEN, by=by, now=now)
    keeping.note("draft.bring_back", draft, by=by, now=now)
    return draft


@transaction.atomic
def choose_place(*, draft: Draft, environment: Environment, by: User, now: datetime) -> Draft:
    """Where its inputs are looked at and its previews run."""
    access.require(by, "draft.change", draft.team)
    Draft.objects.filter(pk=draft.pk).update(environment=environment)
    draft.environment = environment
    keeping.note(
        "draft.change", draft, by=by, now=now, environment=environment, after={"words": "place"}
    )
    return draft


@kept("transformation.register", "transformation", "draft")
@transaction.atomic
def register(
    *, draft: Draft, by: User, now: datetime, seen: int | None = None, message: str = ""
) -> tuple[Version, bool]:
    """Register what the draft says, by the rules of every file, and close the draft.

    With `seen`: Moved where somebody changed it since that revision was looked at. Refused where it
    would become the next version of something that it was not begun to change.
    """
    held = Draft.objects.select_for_update(of=("self",)).select_related("team").get(pk=draft.pk)
    if held.state == Draft.State.REGISTERED and held.version and seen in {None, held.revision}:
        access.require(by, "transformation.register", held.version.transformation.component)
        return held.version, False
    keeping.refuse_closed(held)
    if seen is not None and held.revision != seen:
        newest = keeping.newest(held)
        who = "You" if newest.by_id == by.pk else newest.by.full_name
        raise Moved(
            f"{who} {newest.deed} meanwhile (revision {newest.number}). "
            "Look at it again, then register it."
        )
    if (found := taken(held)) is not None:
        raise Refused(found.words, field="metadata.name")
    version, is_new = transformations.register(file=held.text, by=by, now=now, message=message)
    Draft.objects.filter(pk=held.pk).update(
        state=Draft.State.REGISTERED, version=version, changed_at=now, changed_by=by
    )
    draft.state, draft.version = Draft.State.REGISTERED, version
    return version, is_new


def visit(*, draft: Draft, who: User, now: datetime) -> None:
    """They have it open just now. A trace for those beside them, no act: it is not audited."""
    DraftVisit.objects.update_or_create(draft=draft, user=who, defaults={"at": now})


def leave(*, draft: Draft, who: User) -> None:
    """They closed it."""
    DraftVisit.objects.filter(draft=draft, user=who).delete()


def _move(draft: Draft, old: Draft.State, new: Draft.State, *, by: User, now: datetime) -> None:
    moved = Draft.objects.filter(pk=draft.pk, state=old).update(
        state=new, changed_by=by, changed_at=now
    )
    if not moved:
        draft.refresh_from_db()
        raise Moved(f"This draft is {draft.get_state_display().lower()} by now.")
    draft.state = new
