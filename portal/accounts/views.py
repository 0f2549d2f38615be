"""My account and tokens; people and teams."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal import htmx, pages
from portal.accounts import access, forms, passwords, queries
from portal.accounts import operations as accounts
from portal.accounts.middleware import SignedInRequest
from portal.audit import queries as audit
from portal.catalog import queries as catalog
from portal.errors import NotFound
from portal.oidc import queries as oidc
from portal.people import queries as people
from portal.second_factor import queries as second_factor

ENDS_SOON = timedelta(days=14)  # then a token says so


@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Who I am here, in which teams, and what I did last."""
    shown = {
        "memberships": queries.teams_of(request.user),
        "identity": oidc.identity_of(request.user) if oidc.is_on() else None,
        "provider": settings.OIDC_NAME,
        "may_choose": passwords.let_in(request.user),
        "factor_until": second_factor.deadline(request.user),
        "page": pages.newest(audit.entries().filter(actor=request.user), size=12),
    }
    return render(request, "portal/accounts/account.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """My tokens, and a form for another one; its secret is shown in this answer and never again."""
    form = forms.TokenForm(request.POST or None)
    issued = None
    if form.is_valid():
        issued = htmx.attempt(
            form,
            lambda: accounts.issue_token(
                user=request.user, by=request.user, now=timezone.now(), **form.given()
            ),
        )
    shown = {
        "form": forms.TokenForm() if issued else form,
        "issued": issued,
        "tokens": queries.tokens_of(request.user).order_by("-pk"),
        "soon": timezone.now() + ENDS_SOON,
    }
    return render(request, "portal/accounts/tokens.html", shown, status=htmx.status_of(form))


@require_http_methods(["GET", "POST"])
def revoke_token(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask, naming the token, then end it."""
    token = queries.token_of(request.user, pk)
    form = forms.ConfirmForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/accounts/_revoke.html",
        {"token": token},
        act=lambda: accounts.revoke_token(token=token, by=request.user, now=timezone.now()),
        to=reverse("portal:token-list"),
    )


@require_GET
def person(request: SignedInRequest, username: str) -> HttpResponse:
    """Someone: in which teams, as what, and what they did last."""
    found = people.person(username=username, now=timezone.now())
    is_platform = access.may(request.user, "user.change")
    shown = {
        "person": found,
        "provider": settings.OIDC_NAME if oidc.is_on() and oidc.identity_of(found) else "",
        "page": pages.newest(audit.entries().filter(actor=found), size=12),
        "may_change": is_platform,
        "may_see_figures": is_platform or found == request.user,
        "may_add": found.is_active and access.teams_where(request.user, "team.members").exists(),
    }
    return render(request, "portal/accounts/person.html", shown)


@require_GET
def teams(request: SignedInRequest) -> HttpResponse:
    """All teams, with how many people and components."""
    shown = {
        "teams": queries.teams().order_by("name"),
        "may_create": access.may(request.user, "team.create"),
    }
    return render(request, "portal/accounts/teams.html", shown)


@require_GET
def team(request: SignedInRequest, name: str) -> HttpResponse:
    """A team: who is in it, what it answers for, and what it may use."""
    try:
        found = queries.team(name)
    except NotFound:
        if not queries.is_nobody(name):
            raise
        # It has no members: what stands there is in the catalog
        return redirect(f"{reverse('portal:component-list')}?team={name}")
    shown = {
        "team": found,
        "members": queries.members(found),
        "grants": queries.grants(team=found).order_by("kind", "name", "use"),
        "components": catalog.components(team=found.name).order_by("name")[:100],
        "may_change": access.may(request.user, "team.change", found),
        "may_let_in": access.may(request.user, "team.members", found),
    }
    return render(request, "portal/accounts/team.html", shown)
