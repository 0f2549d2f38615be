"""Signing in, in one step or two, and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.backend import PasswordBackend
from portal.accounts.middleware import open_without_factor
from portal.accounts.models import User
from portal.errors import Refused
from portal.oidc import queries as oidc
from portal.second_factor import operations as second_factor
from portal.second_factor import queries as factors
from portal.second_factor import security_keys
from portal.sessions import opening
from portal.sign_in import operations

HALF = "half"  # in the session: whose password was right, and the second factor is still to come
PATIENCE = timedelta(minutes=10)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A form with `username`, `password` and `next`; a refusal stands above it, in words."""
    wanted = {"next": inside(request), "username": request.POST.get("username", "").strip()}
    if request.method == "GET":
        return redirect(wanted["next"]) if request.user else _form(request, wanted)
    now = timezone.now()
    try:
        user = operations.prove_password(
            username=wanted["username"],
            password=request.POST.get("password", ""),
            address=opening.address(request),
            now=now,
        )
    except Refused as refused:
        return _form(request, {**wanted, "refused": refused}, status=refused.status)
    if factors.has_any(user):
        _keep_half(request, user, wanted["next"], now)
        return redirect("portal:sign-in-second")
    operations.welcome(user=user, address=opening.address(request), now=now)
    opening.begin(request, user)
    return redirect(wanted["next"])


@login_not_required
@never_cache
@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The second step: a code of an app, a recovery code, or the answer of a security key."""
    now = timezone.now()
    user = _half(request, now)
    if user is None:
        return redirect(settings.LOGIN_URL)
    if request.method == "GET":
        return _second_form(request, user, {})
    try:
        proof = _proven(request, user, now)
    except Refused as refused:
        return _second_form(request, user, {"refused": refused}, status=refused.status)
    back_to = request.session[HALF]["next"]
    operations.welcome(user=user, address=opening.address(request), now=now, reason=proof)
    request.session.flush()
    opening.begin(request, user)
    return redirect(back_to)


@open_without_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of this browser."""
    opening.end(request)
    return redirect(settings.LOGIN_URL)


def refused_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The sign-in page, with why the other way in led nowhere; inside, a page of its own."""
    if request.user:
        return render(request, "refused.html", {"refused": refused}, status=refused.status)
    shown = {"next": inside(request), "refused": refused}
    return _form(request, shown, status=refused.status)


def inside(request: HttpRequest) -> str:
    """Where to go afterwards, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else str(settings.LOGIN_REDIRECT_URL)


def _form(request: HttpRequest, shown: Mapping[str, object], status: int = 200) -> HttpResponse:
    more = {
        "provider": settings.OIDC_NAME if oidc.is_on() else "",
        "passwords_for": settings.PASSWORDS_FOR,
    }
    return render(request, "portal/accounts/sign_in.html", {**more, **shown}, status=status)


def _keep_half(request: HttpRequest, user: User, back_to: str, now: datetime) -> None:
    """In a session that is new, so that nobody who planted the old one comes along."""
    request.session.flush()
    request.session[HALF] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "at": now.isoformat(),
        "next": back_to,
    }


def _half(request: HttpRequest, now: datetime) -> User | None:
    """Whose password was right a moment ago in this browser, and still is the same."""
    kept: dict[str, str] | None = request.session.get(HALF)
    if kept is None or now - datetime.fromisoformat(kept["at"]) > PATIENCE:
        return None
    user = PasswordBackend().get_user(UUID(kept["user"]))
    return user if user and user.get_session_auth_hash() == kept["hash"] else None


def _proven(request: HttpRequest, user: User, now: datetime) -> str:
    if answer := request.POST.get("answer"):
        state: dict[str, Any] | None = request.session[HALF].pop("state", None)
        request.session.modified = True
        return second_factor.prove_by_key(user=user, answer=answer, state=state, now=now)
    return second_factor.prove(user=user, code=request.POST.get("code", ""), now=now)


def _second_form(
    request: HttpRequest, user: User, shown: Mapping[str, object], status: int = 200
) -> HttpResponse:
    options = ""
    if known := factors.credentials(user):
        options, state = security_keys.asked_to_sign(known)
        request.session[HALF]["state"] = state
        request.session.modified = True
    more = {"options": options, "has_app": factors.has_app(user)}
    return render(request, "portal/sign_in/second.html", {**more, **shown}, status=status)
