"""What people ask of runs: begin, once more, stop."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import queries as environments
from deployments.rollouts import queries as rollouts
from pipelines.runs import forms, operations, queries
from pipelines.runs.models import Run
from pipelines.transformations.models import Transformation
from portal import htmx
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@asks
def start(request: SignedInRequest, name: str) -> HttpResponse:
    """Run what is live, with values for its parameters."""
    transformation = get_object_or_404(
        Transformation.objects.select_related("component__team"), component__name=name
    )
    wanted = (request.POST or request.GET).get("environment", "")
    place = environments.environment(wanted or queries.first_place(transformation))
    declared = queries.declared(transformation, place)
    form = forms.StartForm(request.POST or None, declared=declared)
    return htmx.asked(
        request,
        form,
        "pipelines/runs/_start.html",
        {
            "component": transformation.component,
            "environment": place,
            "live": rollouts.live(transformation.component, place),
            "hold": rollouts.hold(transformation.component, place),
        },
        act=lambda: operations.start(
            transformation=transformation,
            environment=place,
            parameters=form.parameters(),
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
        to=page_of,
    )


@asks
def again(request: SignedInRequest, number: int) -> HttpResponse:
    """Execute a finished run once more: with the version it had, or with the live one."""
    run = queries.run(number)
    form = forms.AgainForm(request.POST or None, initial={"with_version": "live"})
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.again(
                run=run, by=request.user, now=timezone.now(), **form.cleaned_data
            ),
        )
        if done:
            return htmx.go(request, page_of(run))
    component = run.transformation.component
    shown = {
        "form": form,
        "run": run,
        "component": component,
        "environment": run.environment,
        "live": rollouts.live(component, run.environment),
        "hold": rollouts.hold(component, run.environment),
    }
    return htmx.dialog(request, "pipelines/runs/_again.html", shown)


@asks
def cancel(request: SignedInRequest, number: int) -> HttpResponse:
    """Stop a run; nothing of it is delivered."""
    run = queries.run(number)
    form = forms.CancelForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/runs/_cancel.html",
        {"run": run, "component": run.transformation.component},
        act=lambda: operations.cancel(
            run=run, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=page_of(run),
    )


def page_of(run: Run) -> str:
    return f"/runs/{run.number}/"
