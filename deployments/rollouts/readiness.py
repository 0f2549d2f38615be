"""Whether a component serves anyone, for the checklist on its page."""

from __future__ import annotations

from django.urls import reverse

from deployments.environments.models import Environment
from deployments.rollouts.models import Live
from portal.accounts.models import User
from portal.catalog.checklist import Item
from portal.catalog.models import Component


def of(component: Component, _: User) -> list[Item]:
    """Live where it counts: the production environments. Two queries."""
    places = list(Environment.objects.filter(is_production=True).order_by("order"))
    serving = set(
        Live.objects.filter(
            component=component, environment__in=places, channel=Live.Channel.STABLE
        ).values_list("environment_id", flat=True)
    )
    plan = reverse("deployments:plan", args=[component.name])
    return [
        Item(
            f"Live in {place.name}",
            place.pk in serving,
            "Until then clients have nothing of it.",
            f"{plan}?environment={place.name}",
            verb="Deploy",
        )
        for place in places
    ]
