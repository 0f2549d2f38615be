"""Pages on which teams are made and changed, and people come into them, rise and leave."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal import htmx
from portal.accounts import access, change_operations, forms, operations, queries
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Role, Team, User

asks = require_http_methods(["GET", "POST"])


@asks
def new_team(request: SignedInRequest) -> HttpResponse:
    """Make a team; its page then asks for a first maintainer."""
    form = forms.NewTeamForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/accounts/_new_team.html",
        {},
        act=lambda: operations.create_team(
            **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_page,
    )


@asks
def edit_team(request: SignedInRequest, name: str) -> HttpResponse:
    """Call it otherwise, or say anew what it does."""
    team = queries.team(name)
    facts = change_operations.facts_of_team(team)
    form = forms.ChangeTeamForm(request.POST or None, facts=facts, initial=facts)
    return htmx.asked(
        request,
        form,
        "portal/accounts/_edit_team.html",
        {"team": team},
        act=lambda: change_operations.change_team(
            team=team, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=_page(team),
    )


@asks
def add_member(request: SignedInRequest, name: str) -> HttpResponse:
    """Somebody comes into the team."""
    team = queries.team(name)
    has_maintainer = access.anyone_may("team.members", team)
    first = Role.DEVELOPER if has_maintainer else Role.MAINTAINER
    form = forms.MemberForm(request.POST or None, initial={"role": first})
    return htmx.asked(
        request,
        form,
        "portal/accounts/_add_member.html",
        {
            "team": team,
            "roles": forms.ROLES,
            "people": queries.offered_to(team),
            "has_maintainer": has_maintainer,
        },
        act=lambda: operations.set_member(
            team=team, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_page(team),
    )


@asks
def join_team(request: SignedInRequest, username: str) -> HttpResponse:
    """The same from the page of a person: into which team."""
    person = queries.person(username)
    form = forms.JoinForm(request.POST or None, initial={"role": Role.DEVELOPER})
    if request.method == "GET":  # a team that is not offered is the operation's to refuse
        offered = access.teams_where(request.user, "team.members")
        form.fields["team"].queryset = offered.order_by("name")  # type: ignore[attr-defined]
    return htmx.asked(
        request,
        form,
        "portal/accounts/_join_team.html",
        {"person": person, "roles": forms.ROLES},
        act=lambda: operations.set_member(
            user=person, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=_page_of(person),
    )


@asks
def change_member(request: SignedInRequest, name: str, username: str) -> HttpResponse:
    """Another role in the team; from there also out of it."""
    held = queries.membership(queries.team(name), username)
    form = forms.RoleForm(request.POST or None, initial={"role": held.role})
    return htmx.asked(
        request,
        form,
        "portal/accounts/_change_member.html",
        {"held": held, "roles": forms.ROLES},
        act=lambda: operations.set_member(
            team=held.team,
            user=held.user,
            **form.cleaned_data,
            by=request.user,
            now=timezone.now(),
        ),
        to=_page(held.team),
    )


@asks
def remove_member(request: SignedInRequest, name: str, username: str) -> HttpResponse:
    """Ask, saying what goes with it, then take somebody out of the team."""
    held = queries.membership(queries.team(name), username)
    form = forms.ConfirmForm(request.POST if request.method == "POST" else None)
    return htmx.asked(
        request,
        form,
        "portal/accounts/_remove_member.html",
        {"held": held},
        act=lambda: operations.remove_member(
            team=held.team, user=held.user, by=request.user, now=timezone.now()
        ),
        to=_page(held.team),
    )


def _page(team: Team) -> str:
    return reverse("portal:team-detail", args=[team.name])


def _page_of(person: User) -> str:
    return reverse("portal:person-detail", args=[person.username])
