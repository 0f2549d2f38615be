"""What a person may do to a transformation's runs from here, as rows of the palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from deployments.rollouts.models import Live
from pipelines.runs.models import Run
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.palette.verbs import Verb


def of_component(user: User, component: Component) -> list[Verb]:
    """Run it where something is live. One query."""
    is_transformation = component.kind == Component.Kind.TRANSFORMATION
    if not is_transformation or not access.may(user, "run.start", component):
        return []
    lives = Live.objects.filter(component=component, channel=Live.Channel.STABLE)
    address = reverse("pipelines:run-start", args=[component.name])
    return [
        Verb(
            f"Run now in {live.environment.name}…",
            f"{address}?{urlencode({'environment': live.environment.name})}",
            "play",
            component.name,
            f"{live.release} is live",
            "start execute",
            is_quick=n == 0,
            key="" if n else "s",
            is_dialog=True,
        )
        for n, live in enumerate(
            lives.select_related("environment", "release").order_by("-environment__order")
        )
    ]


def of_run(user: User, given: Mapping[str, Any]) -> list[Verb]:
    """Once more, or stop; then the page of its component. One query."""
    run = (
        Run.objects.filter(number=given.get("number", 0))
        .select_related("transformation__component__team", "environment")
        .first()
    )
    if run is None:
        return []
    component, found = run.transformation.component, []
    thing = f"Run {run.number} of {component.name}"
    if run.is_finished and access.may(user, "run.again", component):
        url = reverse("pipelines:run-again", args=[run.number])
        found.append(Verb("Run again…", url, "refresh", thing, also="repeat retry", is_dialog=True))
    if not run.is_finished and access.may(user, "run.cancel", component):
        url = reverse("pipelines:run-cancel", args=[run.number])
        found.append(Verb("Cancel…", url, "x", thing, also="stop abort", is_dialog=True))
    url = reverse("portal:component-detail", args=[component.name])
    return [*found, Verb(f"Open {component.name}", url, component.kind, thing)]
