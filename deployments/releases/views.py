"""Judging a version wrong, and taking that back."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.policies import queries as policies
from deployments.releases import operations, queries
from deployments.rollouts import queries as rollouts
from deployments.rollouts.forms import LiftForm, RejectForm
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog

asks = require_http_methods(["GET", "POST"])


@asks
def reject(request: SignedInRequest, name: str, number: int) -> HttpResponse:
    """What rejecting stops, named before the button."""
    component = catalog.component(name)
    release = queries.release(component, number)
    form = RejectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.reject(
                release=release,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    places = rollouts.serving(rollouts.matrix(component), release)
    shown = {
        "form": form,
        "component": component,
        "release": release,
        "places": places,
        "aborted": map(policies.standing, policies.unfinished_of(component, release.digest)),
    }
    return htmx.dialog(request, "deployments/releases/_reject.html", shown)


@asks
def lift(request: SignedInRequest, name: str, number: int) -> HttpResponse:
    """Take a rejection back, with a reason."""
    component = catalog.component(name)
    release = queries.release(component, number)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.lift(
                release=release,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    rejection = queries.rejection(release)
    shown = {"form": form, "component": component, "release": release, "rejection": rejection}
    return htmx.dialog(request, "deployments/releases/_lift.html", shown)
