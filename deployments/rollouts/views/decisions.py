"""What people say about a deployment that is open: yes, no, go on, stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.rollouts import forms, operations, queries
from deployments.rollouts.models import Deployment
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.forms import Form

asks = require_http_methods(["GET", "POST"])


@asks
def approve(request: SignedInRequest, number: int) -> HttpResponse:
    return _say(request, number, "approve", forms.ApproveForm, operations.approve)


@asks
def refuse(request: SignedInRequest, number: int) -> HttpResponse:
    return _say(request, number, "refuse", forms.RefuseForm, operations.refuse)


@asks
def abort(request: SignedInRequest, number: int) -> HttpResponse:
    return _say(request, number, "abort", forms.AbortForm, operations.abort)


@asks
def advance(request: SignedInRequest, number: int) -> HttpResponse:
    return _say(request, number, "advance", forms.AdvanceForm, operations.advance)


def _say(
    request: SignedInRequest,
    number: int,
    verb: str,
    kind: type[Form],
    operation: Callable[..., Deployment],
) -> HttpResponse:
    """A dialog that names what will happen; its yes is one call."""
    deployment = queries.deployment(number)
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        done = htmx.attempt(
            form,
            lambda: operation(deployment=deployment, by=request.user, now=timezone.now(), **given),
        )
        if done:
            return htmx.go(request, deployment.path)
        deployment = queries.deployment(number)  # it may hold another plan by now
    shown = {"form": form, "deployment": deployment, "verb": verb}
    return htmx.dialog(request, f"deployments/rollouts/_{verb}.html", shown)
