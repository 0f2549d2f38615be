"""What people do to a place: go back, pause, resume."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.evidence import queries as evidences
from deployments.policies import queries as policies
from deployments.rollouts import forms, operations, queries
from deployments.rollouts.models import Deployment, Live
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.catalog.models import Component

asks = require_http_methods(["GET", "POST"])


@asks
def roll_back(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """Where to go back to, with what stands in the way of the others; then one confirmed click."""
    component, place = catalog.component(name), environments.environment(environment)
    candidates = queries.rollback_candidates(component, place)
    possible = {str(one): one for one in candidates if one.is_possible}
    first = queries.unasked(candidates)
    named = request.GET.get("to", "")  # "v1 with c1": chosen in a list of deployments
    live = queries.live(component, place)
    not_there = "" if named in possible else _not_there(named, candidates, live)
    chosen_before = named or (first and str(first))
    accused = _accused(request, component, place)
    initial: dict[str, Any] = {"release": chosen_before}
    found = None
    if accused and request.method == "GET":  # behind a yes the operation gathers, once
        found = evidences.gather(accused, timezone.now())
        initial |= {"evidence": accused.number, "reason": found.sentence}
    form = forms.RollBackForm(request.POST or None, initial=initial)
    form.offer(possible)
    if request.method == "POST" and form.is_valid():
        chosen = possible[form.cleaned_data["release"]]
        done = htmx.attempt(
            form,
            lambda: operations.roll_back(
                component=component,
                environment=place,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
                release=chosen.release,
                configuration=chosen.configuration.number,
                leaves=form.cleaned_data["leaves"],
                evidence=accused,
            ),
        )
        if done:
            return htmx.go(request, done.path)
    shown = {
        "form": form,
        "component": component,
        "environment": place,
        "live": live,
        "busy": policies.busy(component, place),
        "candidates": candidates,
        "possible": possible,
        "chosen": possible.get(form["release"].value() or ""),
        "not_there": not_there,
        "accused": accused,
        "found": found,
    }
    return htmx.dialog(request, "deployments/rollouts/_roll_back.html", shown)


def _not_there(named: str, candidates: Iterable[queries.Candidate], live: Live | None) -> str:
    """Why what somebody chose in a list is no way back; nothing else is chosen for them then."""
    if not named:
        return ""
    if live and named == f"{live.release} with {live.configuration}":
        return f"{named} is what is live here."
    for one in candidates:
        if str(one) == named:
            return f"{named} is no way back: it {one.obstacle.rstrip('.')}."
    return f"{named[:60]} is none of the last pairs that were live here."


def _accused(
    request: SignedInRequest, component: Component, place: Environment
) -> Deployment | None:
    """The deployment whose comparison speaks for going back here; None without one.

    Nor for who may not roll back: nothing is read for a button that says no.
    """
    number = (request.POST or request.GET).get("evidence", "")
    if not number.isdecimal() or len(number) >= 19:
        return None
    if not access.may(request.user, "deployment.roll_back", component):
        return None
    accused = queries.deployment(int(number))
    evidences.refuse_unless_here(accused, component, place)
    return accused


@asks
def pause(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """No new run here until someone resumes it."""
    component, place = catalog.component(name), environments.environment(environment)
    form = forms.PauseForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "deployments/rollouts/_pause.html",
        {"component": component, "environment": place},
        act=lambda: operations.pause(
            component=component,
            environment=place,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        ),
        to=reverse("portal:component-detail", args=[name]),
    )


@asks
def resume(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """Let work begin again."""
    component, place = catalog.component(name), environments.environment(environment)
    form = forms.ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.resume(
                component=component, environment=place, by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, reverse("portal:component-detail", args=[name]))
    hold = queries.hold(component, place)
    shown = {"form": form, "component": component, "environment": place, "hold": hold}
    return htmx.dialog(request, "deployments/rollouts/_resume.html", shown)
