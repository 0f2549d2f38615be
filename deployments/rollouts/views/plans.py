"""The plan before the button: what would happen, and the yes to exactly that."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts import operations, queries
from deployments.rollouts.forms import DeployForm
from deployments.rollouts.models import Deployment, Live
from deployments.strategies import registry
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.typed import whole


@require_http_methods(["GET", "POST"])
def plan(request: SignedInRequest, name: str) -> HttpResponse:
    """GET shows what deploying would do; POST does it, if that is still what would happen."""
    component = catalog.component(name)
    given = request.POST or request.GET
    release, environment = _wanted(component, given.get("release"), given.get("environment"))
    if release is None or environment is None:
        return render(request, "deployments/rollouts/no_plan.html", {"component": component})
    form = DeployForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(form, lambda: _deploy(request, component, release, environment, form))
        if done:
            return htmx.go(request, done.path)
    now = timezone.now()
    shown = {
        "component": component,
        "release": release,
        "environment": environment,
        "releases": releases.newest(component),
        "environments": environments.environments(),
        "plan": queries.plan(component, release, environment, request.user, now),
        "strategy": registry.STRATEGIES[registry.DEFAULT],
        "form": form,
    }
    status = htmx.status_of(form)
    return render(request, "deployments/rollouts/plan.html", shown, status=status)


def _deploy(
    request: SignedInRequest,
    component: Component,
    release: Release,
    environment: Environment,
    form: DeployForm,
) -> Deployment:
    return operations.request(
        component=component,
        release=release,
        environment=environment,
        by=request.user,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        plan_digest=form.cleaned_data["plan_digest"],
        fixes=form.cleaned_data["fixes"],
    )


def _wanted(
    component: Component, release: str | None, environment: str | None
) -> tuple[Release | None, Environment | None]:
    """What was asked for; else what can be deployed, and the first environment that lacks it."""
    number = whole(release or "")
    if number is not None:
        chosen = releases.release(component, number)
    elif newest := releases.newest(component):
        chosen = _usable(newest)
    else:
        return None, None
    if environment:
        return chosen, environments.environment(environment)
    serving = set(
        Live.objects.filter(component=component, release=chosen).values_list(
            "environment_id", flat=True
        )
    )
    places = list(environments.environments())
    lacking = [place for place in places if place.pk not in serving]
    return chosen, next(iter(lacking or places), None)


def _usable(newest: list[Release]) -> Release:
    """The newest that nobody rejected; where all are, the newest says why."""
    usable = (release for release in newest if release.rejection is None)  # type: ignore[attr-defined]
    return next(usable, newest[0])
