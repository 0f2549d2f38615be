"""Where things run."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from deployments.environments import forms, operations, queries
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """All environments, in the order in which things are promoted."""
    shown = {
        "environments": queries.with_figures(),
        "can_change": access.may(request.user, "environment.change"),
        "can_create": access.may(request.user, "environment.create"),
    }
    return render(request, "deployments/environments/list.html", shown)


@asks
def new(request: SignedInRequest) -> HttpResponse:
    """Make a place to deploy to, after those that there are."""
    places = list(queries.environments())
    initial = {"order": min(places[-1].order + 10, operations.MOST) if places else 10}
    form = forms.NewEnvironmentForm(request.POST or None, initial=initial)
    return htmx.asked(
        request,
        form,
        "deployments/environments/_new.html",
        {"places": places},
        act=lambda: operations.create(**form.cleaned_data, by=request.user, now=timezone.now()),
        to=_page(),
    )


@asks
def edit(request: SignedInRequest, name: str) -> HttpResponse:
    """Call it otherwise, put it elsewhere on the way; approvals have a page of their own."""
    environment = queries.environment(name)
    facts = operations.facts_of(environment)
    form = forms.ChangeEnvironmentForm(request.POST or None, facts=facts, initial=facts)
    return htmx.asked(
        request,
        form,
        "deployments/environments/_edit.html",
        {"environment": environment, "places": queries.environments()},
        act=lambda: operations.change(
            environment=environment, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=_page(),
    )


def _page() -> str:
    return reverse("deployments:environment-list")
