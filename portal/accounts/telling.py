"""What people are told of grants."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import Grant, User
from portal.notifications import operations as notifications
from portal.notifications.models import Kind


def grant_given(grant: Grant, by: User, now: datetime) -> None:
    """Those who develop in the team hear what it may use from now on."""
    said = f" “{grant.reason}”" if grant.reason else ""
    notifications.notify(
        kind=Kind.GRANT_GIVEN,
        key=str(grant.pk),
        subject=f"{grant.team.name} may {_what(grant)}",
        team=grant.team,
        client=grant.name if grant.kind == Grant.Kind.CLIENT else "",
        text=f"Given by {by.full_name}.{said}",
        link=f"/teams/{grant.team.name}/",
        actor=by,
        now=now,
    )


def _what(grant: Grant) -> str:
    verb = "see the rows of" if grant.use == Grant.Use.ROWS else "use"
    return f"{verb} the {grant.kind} {grant.name}"
