"""Whether a session may go on without a second factor. The rule and the role may have changed since
it began, so every request asks; the session remembers until when nothing needs to be looked up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest

from portal.accounts.models import User
from portal.second_factor import operations, queries
from portal.sessions import opening

LOOK_AT = "enrol_until"  # in the session
HAS_ONE = timedelta(hours=1)  # whoever has one may lose it: then it is wanted again


def is_shut(request: HttpRequest, user: User, now: datetime) -> bool:
    """Whether a second factor comes before anything else. Whoever signed in through the provider
    has proven to it what it wants."""
    if not queries.is_required(user) or opening.is_by_provider(request):
        return False
    known = request.session.get(LOOK_AT)
    if known and now < datetime.fromisoformat(known):
        return False
    until = operations.begin_grace(user=user, now=now)
    if until is not None and until <= now:
        return True
    request.session[LOOK_AT] = (until or now + HAS_ONE).isoformat()
    if until:
        messages.warning(
            request,
            f"From {until:%d %B} on you need a second factor here: add one on your account page.",
        )
    return False
