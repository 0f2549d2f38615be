"""The session of a browser: begun at the sign-in, ended at the sign-out."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from portal.accounts.models import User
from portal.sessions import browsers
from portal.sessions.store import ADDRESS, BROWSER, SessionStore

BY_PROVIDER = "by_provider"  # in the session: the identity provider let them in


def begin(request: HttpRequest, user: User, *, by_provider: bool = False) -> None:
    """From now on this browser is `user`; with a new session key, so that none can be planted."""
    goes_on = request.user == user and bool(request.session.get(BY_PROVIDER))  # known, not taken
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[BY_PROVIDER] = by_provider or goes_on
    request.session[BROWSER] = browsers.name(request.headers.get("User-Agent", ""))
    request.session[ADDRESS] = address(request)


def is_by_provider(request: HttpRequest) -> bool:
    """Whether the identity provider let them in here, and not a password.

    A session that began before this was noted is taken for one of the provider until it ends: what
    nobody was asked for before an upgrade is not asked for in the middle of their work.
    """
    return bool(request.session.get(BY_PROVIDER, True))


def end(request: HttpRequest) -> None:
    request.session.flush()
    request.user = None  # type: ignore[assignment]


def address(request: HttpRequest) -> str:
    """Where the request comes from. Behind our own proxy it is what that proxy saw."""
    if settings.IS_HTTPS and (seen := request.headers.get("X-Forwarded-For")):
        return seen.rpartition(",")[2].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def store(request: HttpRequest) -> SessionStore:
    """The session of this request, as it is kept."""
    return cast(SessionStore, request.session)
