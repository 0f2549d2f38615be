"""A deployment beside the one before, as a panel of its page."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.evidence import queries
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Live
from observability.comparison import showing
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest


@require_safe
def comparison(request: SignedInRequest, number: int) -> HttpResponse:
    """Asked for again while the release is young; with the way back while it is live."""
    deployment = rollouts.deployment(number)
    found = queries.compared(deployment, timezone.now())
    is_live = Live.objects.filter(deployment=deployment).exists()
    shown = {
        "deployment": deployment,
        "component": deployment.component,
        "can_roll_back": is_live
        and access.may(request.user, "deployment.roll_back", deployment.component),
        **showing.shown(found, request.user),
    }
    part = "deployments/evidence/_comparison.html"
    return htmx.live(request, part, shown, is_over=not shown["is_young"])
