"""Saying anew what a team is called and what it does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts import access, findable
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.search import operations as search


@kept("team.change", "team", "team")
@transaction.atomic
def change_team(*, team: Team, by: User, now: datetime, **given: str) -> Team:
    """Call a team otherwise, or say anew what it does: `title`, `description`, as far as given."""
    access.require(by, "team.change", team)
    current = Team.objects.select_for_update().get(pk=team.pk)
    before = {"title": current.title, "description": current.description}
    after = {**before, **{name: value.strip() for name, value in given.items()}}
    after["title"] = after["title"] or current.name
    if after == before:
        return current
    current.title, current.description = after["title"], after["description"]
    current.save(update_fields=["title", "description"])
    audit.record(
        verb="team.change",
        by=by,
        now=now,
        kind="team",
        thing=current.name,
        thing_id=current.pk,
        team=current.name,
        before=before,
        after=after,
    )
    search.put(findable.team(current))
    return current
