"""People, for the platform team: the list, letting in and out, names, passwords, who runs it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx, pages
from portal.accounts import access, change_operations
from portal.accounts import operations as accounts
from portal.accounts import queries as people
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team, User
from portal.files import answering, tables
from portal.people import forms, operations, queries
from portal.sessions import opening
from portal.sign_in import operations as sign_in

FILTERS = ("words", "state", "team")
asks = require_http_methods(["GET", "POST"])


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """People by name, state and team; those who came last stand first."""
    access.require(request.user, "user.change")
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    rows = queries.people(now=timezone.now(), **given)
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": given,
        "is_filtered": any(given.values()),
        "states": queries.LABELS,
        "totals": queries.totals(),
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
    }
    return render(request, "portal/people/list.html", shown)


@require_safe
def access_file(request: SignedInRequest) -> HttpResponseBase:
    """Who has access to what now, as a file that is streamed."""
    access.require(request.user, "access.review")
    form, now = request.GET.get("as", "csv"), timezone.now()
    tables.content_type(form, field="as")
    return answering.attached(queries.access(form, now=now), form, f"access-{now:%Y-%m-%d}")


@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """What a reviewer takes along now, and what was signed before."""
    access.require(request.user, "access.review")
    shown = {
        "page": pages.newest(queries.reviews(), before=request.GET.get("before", "")),
        "last": queries.last_review(),
        "reviewed": queries.reviewed(now=timezone.now()),
        "formats": tables.FORMATS,
    }
    return render(request, "portal/people/reviews.html", shown)


@asks
def sign_off(request: SignedInRequest) -> HttpResponse:
    """Sign what the page showed: its digest comes along from there."""
    if request.method == "GET":
        access.require(request.user, "access.sign_off")
    now = timezone.now()
    digest = request.GET.get("digest", "")[:64] or queries.reviewed(now=now).digest
    form = forms.SignOffForm(request.POST or None, initial={"digest": digest})
    return htmx.asked(
        request,
        form,
        "portal/people/_sign_off.html",
        {"now": now},
        act=lambda: operations.sign_off(**form.cleaned_data, by=request.user, now=now),
        to=reverse("portal:people-reviews"),
    )


@never_cache
@sensitive_post_parameters("password")
@asks
def new(request: SignedInRequest) -> HttpResponse:
    """Let somebody in; their page then asks into which team."""
    _look(request)
    form = forms.NewPersonForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/people/_new.html",
        {},
        act=lambda: accounts.create_user(**form.given(), by=request.user, now=timezone.now()),
        to=_page,
    )


@asks
def edit(request: SignedInRequest, username: str) -> HttpResponse:
    """Another name, another mail address."""
    _look(request)
    person = people.person(username)
    facts = change_operations.facts_of_user(person)
    form = forms.ChangePersonForm(request.POST or None, facts=facts, initial=facts)
    return htmx.asked(
        request,
        form,
        "portal/people/_edit.html",
        {"person": person},
        act=lambda: change_operations.change_user(
            user=person, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=_page(person),
    )


@asks
def role(request: SignedInRequest, username: str) -> HttpResponse:
    """Give the platform role, or take it: whichever they have not now."""
    _look(request)
    person = people.person(username)
    form = forms.RoleForm(
        request.POST or None, initial={"to": "none" if person.is_platform else "platform"}
    )
    return htmx.asked(
        request,
        form,
        "portal/people/_role.html",
        {"person": person, "provider": settings.OIDC_NAME},
        act=lambda: change_operations.change_user(
            user=person,
            is_platform=form.cleaned_data["to"] == "platform",
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        ),
        to=_page(person),
    )


@asks
def switch(request: SignedInRequest, username: str) -> HttpResponse:
    """Out, saying what ends with it; or in again."""
    _look(request)
    person = queries.person(username=username, now=timezone.now())
    form = forms.SwitchForm(
        request.POST or None, initial={"to": "off" if person.is_active else "on"}
    )
    return htmx.asked(
        request,
        form,
        "portal/people/_switch.html",
        {"person": person, "alone_in": queries.alone_in(person)},
        act=lambda: change_operations.set_active(
            user=person,
            is_active=form.cleaned_data["to"] == "on",
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        ),
        to=_page(person),
    )


@never_cache
@sensitive_post_parameters("current", "password")
@asks
def password(request: SignedInRequest, username: str) -> HttpResponse:
    """Another password: one's own, or with the platform role somebody else's."""
    person = people.person(username)
    is_own = person == request.user
    if not is_own:
        _look(request)
    form = forms.PasswordForm(
        request.POST or None, is_own=is_own, has_one=person.has_usable_password()
    )
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: sign_in.set_password(
                user=person,
                **form.cleaned_data,
                by=request.user,
                now=timezone.now(),
                address=opening.address(request),
            ),
        )
        if done and is_own:
            opening.begin(request, done)  # every session ended, but this one goes on
            return htmx.go(request, reverse("portal:account"))
        if done:
            return htmx.go(request, _page(person))
    shown = {"form": form, "person": person, "is_own": is_own}
    return htmx.dialog(request, "portal/people/_password.html", shown)


def _look(request: SignedInRequest) -> None:
    """Before someone writes for nothing; the operation asks again, and keeps its refusal."""
    if request.method == "GET":
        access.require(request.user, "user.change")


def _page(person: User) -> str:
    return reverse("portal:person-detail", args=[person.username])
