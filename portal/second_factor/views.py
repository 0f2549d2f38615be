"""My second factors; the platform role takes those of others away."""

from __future__ import annotations

from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from portal import htmx, secrets
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest, open_without_factor
from portal.second_factor import codes, forms, operations, queries, security_keys
from portal.sessions import opening
from portal.sign_in import operations as sign_in

SECRET, STATE = "app_secret", "key_state"  # in the session, until they are proven


@open_without_factor
@never_cache
@require_GET
def factors(request: SignedInRequest) -> HttpResponse:
    """What lets me in besides my password, and what else could."""
    return _page(request, {})


@open_without_factor
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def add_app(request: SignedInRequest) -> HttpResponse:
    """A picture for the app, then what it shows; the secret waits in the session until then."""
    secret = _kept_secret(request)
    form = forms.AppForm(request.POST or None)
    if form.is_valid():
        made = htmx.attempt(
            form,
            lambda: operations.add_app(
                secret=secret,
                code=form.cleaned_data["code"],
                by=request.user,
                now=timezone.now(),
            ),
        )
        if made is not None:
            return _done(request, SECRET, made)
    who = request.user.username
    address = codes.address(secret, who=who, where=f"Slipway {settings.ALLOWED_HOSTS[0]}")
    shown = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    page = "portal/second_factor/app.html"
    return render(request, page, shown, status=htmx.status_of(form))


@open_without_factor
@never_cache
@sensitive_post_parameters("answer")
@require_http_methods(["GET", "POST"])
def add_key(request: SignedInRequest) -> HttpResponse:
    """A name for the key; then the browser makes it, and sends what proves that it did."""
    form = forms.KeyForm(request.POST or None)
    if form.is_valid():
        state = request.session.pop(STATE, None)
        made = htmx.attempt(
            form,
            lambda: operations.add_key(
                name=form.cleaned_data["name"],
                answer=form.cleaned_data["answer"],
                state=state,
                by=request.user,
                now=timezone.now(),
            ),
        )
        if made is not None:
            return _done(request, STATE, made)
    known = queries.credentials(request.user)
    options, request.session[STATE] = security_keys.asked_to_make(request.user, known)
    shown = {"form": form, "options": options}
    page = "portal/second_factor/key.html"
    return render(request, page, shown, status=htmx.status_of(form))


@open_without_factor
@never_cache
@sensitive_post_parameters("current")
@require_http_methods(["GET", "POST"])
def renew_codes(request: SignedInRequest) -> HttpResponse:
    """Ask for the password, then show new recovery codes, once."""
    form = forms.PresentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _is_them(request, form):
        made = htmx.attempt(
            form, lambda: operations.renew_codes(by=request.user, now=timezone.now())
        )
        if made is not None:
            return _page(request, {"codes": made})
    return htmx.dialog(request, "portal/second_factor/_codes.html", {"form": form})


@open_without_factor
@sensitive_post_parameters("current")
@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, naming it and for the password, then take it away."""
    factor = queries.factor_of(request.user, pk)
    form = forms.PresentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid() and _is_them(request, form):
        htmx.attempt(
            form,
            lambda: operations.remove(factor=factor, by=request.user, now=timezone.now()),
        )
        if not form.errors:
            return htmx.go(request, reverse("portal:factor-list"))
    shown = {"form": form, "factor": factor}
    return htmx.dialog(request, "portal/second_factor/_remove.html", shown)


@require_http_methods(["GET", "POST"])
def reset(request: SignedInRequest, username: str) -> HttpResponse:
    """Ask why, then take away all second factors of somebody else."""
    access.require(request.user, "user.change")
    person = accounts.person(username)
    form = forms.ResetForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/second_factor/_reset.html",
        {"person": person},
        act=lambda: operations.reset(
            user=person,
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
        to=reverse("portal:person-detail", args=[username]),
    )


def _is_them(request: SignedInRequest, form: forms.PresentForm) -> bool:
    """Whether they know their password; else the form says that they don't."""
    htmx.attempt(
        form,
        lambda: sign_in.prove_present(
            user=request.user,
            password=form.cleaned_data.get("current", ""),
            address=opening.address(request),
            now=timezone.now(),
        ),
    )
    return not form.errors


def _done(request: SignedInRequest, kept: str, made: list[str]) -> HttpResponse:
    """It is added: nothing is wanted any more, and recovery codes are shown this once."""
    request.session.pop(kept, None)
    return _page(request, {"codes": made, "is_added": True})


def _kept_secret(request: SignedInRequest) -> str:
    """The same one while the page is open, encrypted as everything secret is."""
    if kept := request.session.get(SECRET):
        return secrets.decrypt(kept.encode())
    secret = codes.new_secret()
    request.session[SECRET] = secrets.encrypt(secret).decode()
    return secret


def _page(request: SignedInRequest, more: dict[str, object]) -> HttpResponse:
    user = request.user
    shown = {
        "factors": queries.factors_of(user),
        "has_app": queries.has_app(user),
        "codes_left": queries.codes_left(user),
        "is_required": queries.is_required(user),
        "until": queries.deadline(user),
        "now": timezone.now(),
    }
    return render(request, "portal/second_factor/factors.html", {**shown, **more})
