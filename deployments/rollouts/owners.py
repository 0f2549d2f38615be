"""Whose deployments are: the component of each, for the receiver of telemetry."""

from __future__ import annotations

from collections.abc import Collection

from deployments.rollouts.models import Deployment
from portal.catalog.models import Component


def components(ids: Collection[str]) -> dict[str, Component]:
    """Of those of these deployments that there are, by the digits of their identity. One query."""
    found = Deployment.objects.filter(pk__in=ids).select_related("component__team")
    rows = found.only("pk", "component", "component__team")
    return {deployment.pk.hex: deployment.component for deployment in rows}
