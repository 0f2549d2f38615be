"""Who is asking: the person of the session, on every request; pages are for signed-in people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from portal import api
from portal.accounts.backend import PasswordBackend
from portal.accounts.models import User
from portal.second_factor import gate
from portal.sessions import opening

OPEN = "is_open_without_factor"
View = TypeVar("View", bound=Callable[..., Any])


class SignedInRequest(HttpRequest):
    """What views get: the middleware lets nobody else through to them."""

    user: User
    htmx: HtmxDetails


class Authentication:
    """Sets `request.user` to a User, or None. Views marked `login_not_required` are open to all.

    Django's own middleware needs its user, group and permission tables; here one book decides.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = session_user(request)  # type: ignore[assignment]
        response = self.get_response(request)
        if request.user and "Cache-Control" not in response.headers:
            # Theirs alone: no proxy keeps it, and Back shows nothing after the sign-out.
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        needs_one = getattr(view, "login_required", True)
        if not request.user:
            return sign_in_first(request) if needs_one else None
        opening.store(request).seen()
        return None if getattr(view, OPEN, False) else factor_first(request)


def open_without_factor(view: View) -> View:
    """For the views by which somebody adds the second factor that everything else waits for."""
    setattr(view, OPEN, True)
    return view


def factor_first(request: HttpRequest) -> HttpResponse | None:
    """Send whoever should have a second factor by now to where it is added; None for others."""
    if not gate.is_shut(request, cast(User, request.user), timezone.now()):
        return None
    address = resolve_url("portal:factor-list")
    if request.path.startswith("/api/"):
        said = f"This account needs a second factor before anything else: add one at {address}."
        return api.plainly(403, said)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def session_user(request: HttpRequest) -> User | None:
    """The person of this session, unless switched off or with another password since."""
    user_id = request.session.get(SESSION_KEY)
    user = PasswordBackend().get_user(user_id) if user_id else None
    if user is None:
        return None
    if not constant_time_compare(
        request.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    ):
        request.session.flush()
        return None
    return user


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in and back afterwards; a fragment sends the whole page there."""
    address = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(address)
    came_for = request.get_full_path()
    if request.method != "GET" or came_for == "/":
        return HttpResponseRedirect(address)
    return HttpResponseRedirect(f"{address}?{urlencode({'next': came_for})}")
