"""Where things run."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deployments.environments import queries
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """All environments, in the order in which things are promoted."""
    shown = {
        "environments": queries.with_figures(),
        "can_change": access.may(request.user, "environment.change"),
    }
    return render(request, "deployments/environments/list.html", shown)
