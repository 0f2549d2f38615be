"""What an environment sets for a component: looked at, planned, and changed as a deployment."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.rollouts import operations, queries
from deployments.rollouts.forms import ConfigureForm, shown
from deployments.rollouts.models import Deployment
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.errors import Refused


@require_http_methods(["GET", "POST"])
def configure(request: SignedInRequest, name: str, environment: str) -> HttpResponse:
    """What is set; with `look` in the form what its values would change; without it, do that."""
    component, place = catalog.component(name), environments.environment(environment)
    live = queries.live(component, place)
    if live is None:
        raise Refused(
            f"Nothing of {name} is live in {environment} yet. Deploy a version there first; then "
            "its configuration can change."
        )
    current = shown(live.configuration.values)
    form = ConfigureForm(request.POST or None, initial={"values": current})
    plan = None
    if form.is_valid():
        values, now = form.cleaned_data["values"], timezone.now()
        if "look" not in request.POST and (done := _ask(request, form, component, place)):
            return htmx.go(request, done.path)
        plan = queries.plan(component, live.release, place, request.user, now, configuration=values)
    context = {"component": component, "environment": place, "live": live, "form": form}
    return render(
        request,
        "deployments/rollouts/configure.html",
        {**context, "plan": plan, "current": current},
        status=htmx.status_of(form),
    )


def _ask(
    request: SignedInRequest, form: ConfigureForm, component: Component, place: Environment
) -> Deployment | None:
    return htmx.attempt(
        form,
        lambda: operations.configure(
            component=component,
            environment=place,
            values=form.cleaned_data["values"],
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
            plan_digest=form.cleaned_data["plan_digest"],
        ),
    )
