"""Dialogs: a failure may stand, or it may not after all."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pipelines.acceptances import forms, operations, queries
from pipelines.runs import queries as runs
from portal import htmx
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@asks
def accept(request: SignedInRequest, number: int) -> HttpResponse:
    """Say why a run that did not end well may stay as it is."""
    run = runs.run(number)
    form = forms.AcceptForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/acceptances/_accept.html",
        {"run": run, "component": run.transformation.component},
        act=lambda: operations.accept(
            run=run, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=f"/runs/{run.number}/",
    )


@asks
def undo(request: SignedInRequest, number: int) -> HttpResponse:
    """It counts as a failure again."""
    run = runs.run(number)
    form = forms.UndoForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/acceptances/_undo.html",
        {
            "run": run,
            "component": run.transformation.component,
            "acceptance": queries.acceptance(run),
        },
        act=lambda: operations.undo(run=run, by=request.user, now=timezone.now()),
        to=f"/runs/{run.number}/",
    )
