"""A deployment beside the one before, as a panel of its page."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.evidence import queries
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Deployment, Live
from observability.comparison import showing
from observability.comparison.comparing import Comparison
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
        **showing.shown(_called(found, deployment), request.user),
    }
    part = "deployments/evidence/_comparison.html"
    return htmx.live(request, part, shown, is_over=not shown["is_young"])


def _called(found: Comparison, deployment: Deployment) -> Comparison:
    """With the configurations in the names of both times, where the release alone is the same."""
    before = found.sides.before
    if before is None or not deployment.is_same_release:
        return found
    earlier = replace(
        before, release=f"{deployment.release} with {deployment.previous_configuration}"
    )
    later = f"{deployment.release} with {deployment.configuration}"
    return replace(found, release=later, sides=replace(found.sides, before=earlier))
