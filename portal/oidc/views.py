"""To the identity provider and back."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.forms import ConfirmForm
from portal.accounts.middleware import SignedInRequest
from portal.errors import NotAllowed, Refused
from portal.oidc import claims, flow, operations, provider, queries
from portal.sessions import opening
from portal.sign_in import limiting
from portal.sign_in.views import inside, refused_page

KEPT = "oidc"  # in the session, until the browser comes back


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; somebody who is signed in connects their account."""
    if not queries.is_on():
        return redirect(settings.LOGIN_URL)
    user = str(request.user.pk) if request.user else ""
    started = flow.start(
        back_to=reverse("portal:account") if user else inside(request),
        at=timezone.now().timestamp(),
        user=user,
    )
    try:
        if not user:
            limiting.limit_begins(address=opening.address(request), now=timezone.now())
        offered = provider.discovered()
    except Refused as refused:
        return refused_page(request, refused)
    request.session[KEPT] = started.kept()
    return redirect(
        flow.address(
            offered.authorization,
            started,
            client=settings.OIDC_CLIENT_ID,
            redirect=_redirect(),
            scopes=settings.OIDC_SCOPES,
            again=bool(user),
        )
    )


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """The browser comes back, with a code or a refusal; each beginning counts once."""
    if not queries.is_on():
        return redirect(settings.LOGIN_URL)
    kept = request.session.pop(KEPT, None)
    started = flow.Started(**kept) if kept else None
    try:
        found = _claims(request, started)
        return _connected(request, found) if request.user else _signed_in(request, found, started)
    except Refused as refused:
        return refused_page(request, refused)


def _claims(request: HttpRequest, started: flow.Started | None) -> claims.Claims:
    now = timezone.now()
    answer = request.GET.dict()
    wrong = flow.refusal(started, answer, issuer=settings.OIDC_ISSUER, at=now.timestamp())
    if wrong or started is None:
        raise NotAllowed(wrong)
    if started.user != (str(request.user.pk) if request.user else ""):
        raise NotAllowed("Somebody else signed in here meanwhile: begin again.")
    if "code" not in answer:
        raise NotAllowed(
            f"{settings.OIDC_NAME} let nobody in. Begin again, or ask whoever runs it."
        )
    said = provider.claims(
        provider.discovered(), code=answer["code"], started=started, redirect=_redirect(), now=now
    )
    try:
        return claims.read(said, settings.OIDC_GROUPS_CLAIM)
    except claims.TooManyGroups as error:
        raise NotAllowed(
            f"{settings.OIDC_NAME} does not tell your groups, because there are too many. Whoever "
            "runs it can let it tell Slipway those alone that have a meaning here."
        ) from error


def _signed_in(
    request: HttpRequest, found: claims.Claims, started: flow.Started | None
) -> HttpResponse:
    user = operations.sign_in(claims=found, now=timezone.now())
    limiting.forgive_begins(address=opening.address(request))
    opening.begin(request, user, by_provider=True)
    return redirect(started.back_to if started else settings.LOGIN_REDIRECT_URL)


def _connected(request: HttpRequest, found: claims.Claims) -> HttpResponse:
    operations.connect(claims=found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"Connected with {settings.OIDC_NAME}.")
    return redirect("portal:account")


@require_http_methods(["GET", "POST"])
def disconnect(request: SignedInRequest) -> HttpResponse:
    """Ask, then take one's account apart from the provider."""
    form = ConfirmForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/oidc/_disconnect.html",
        {"name": settings.OIDC_NAME},
        act=lambda: operations.disconnect(user=request.user, by=request.user, now=timezone.now()),
        to=reverse("portal:account"),
    )


@require_http_methods(["GET", "POST"])
def disconnect_other(request: SignedInRequest, username: str) -> HttpResponse:
    """Ask, then take somebody else's account apart from the provider."""
    access.require(request.user, "user.change")
    person = accounts.person(username)
    form = ConfirmForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/oidc/_disconnect_other.html",
        {"name": settings.OIDC_NAME, "person": person},
        act=lambda: operations.disconnect(user=person, by=request.user, now=timezone.now()),
        to=reverse("portal:person-detail", args=[username]),
    )


def _redirect() -> str:
    """The address that is registered at the provider: never made of what a request says."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('portal:oidc-back')}"
