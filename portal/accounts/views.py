"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import sessions
from portal.errors import Refused
from portal.sign_in import operations


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A form with `username`, `password` and `next`; a refusal stands above it, in words."""
    wanted = {"next": _inside(request), "username": request.POST.get("username", "").strip()}
    if request.method == "GET":
        return redirect(wanted["next"]) if request.user else _form(request, wanted)
    try:
        user = operations.sign_in(
            username=wanted["username"],
            password=request.POST.get("password", ""),
            address=sessions.address(request),
            now=timezone.now(),
        )
    except Refused as refused:
        return _form(request, {**wanted, "refused": refused}, status=refused.status)
    sessions.begin(request, user)
    return redirect(wanted["next"])


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of this browser."""
    sessions.end(request)
    return redirect(settings.LOGIN_URL)


def _form(request: HttpRequest, shown: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "portal/accounts/sign_in.html", shown, status=status)


def _inside(request: HttpRequest) -> str:
    """Where to go afterwards, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else str(settings.LOGIN_REDIRECT_URL)
