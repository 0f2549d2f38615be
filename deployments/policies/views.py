"""The rule of an environment: how many others have to agree, with whom that would stop now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import operations
from deployments.environments import queries as environments
from deployments.environments.forms import ApprovalsForm
from deployments.policies import approvals
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest, name: str) -> HttpResponse:
    """Choose another number, see whom it would stop, then set it."""
    environment = environments.environment(name)
    wanted = _wanted(request, environment.approvals)
    facts = operations.facts_of(environment)
    form = ApprovalsForm(request.POST or None, facts=facts, initial={"approvals": wanted})
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.change_approvals(
                environment=environment, by=request.user, now=timezone.now(), **form.cleaned_data
            ),
        )
        if done:
            return htmx.go(request, reverse("deployments:environment-list"))
    access.require(request.user, "environment.change")  # above the operation has, and kept it
    page = {
        "environment": environment,
        "form": form,
        "numbers": range(4),
        "preview": approvals.preview(environment=environment, approvals=wanted, now=timezone.now()),
    }
    return render(request, "deployments/policies/rule.html", page, status=htmx.status_of(form))


def _wanted(request: SignedInRequest, now: int) -> int:
    """The number that is looked at; nonsense means the one that holds."""
    given = request.POST.get("approvals") or request.GET.get("approvals", "")
    return min(int(given), 10) if given.isdecimal() and len(given) < 4 else now
