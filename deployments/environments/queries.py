"""Questions about environments."""

from __future__ import annotations

from django.db.models import QuerySet

from deployments.environments.models import Environment


def environments() -> QuerySet[Environment]:
    """All environments, in the order in which things are promoted."""
    return Environment.objects.order_by("order")


def before(environment: Environment) -> Environment | None:
    """The environment just before this one, None for the first."""
    return Environment.objects.filter(order__lt=environment.order).order_by("-order").first()
