"""Questions about environments."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from deployments.environments.models import Environment
from portal.errors import NotFound


def environments() -> QuerySet[Environment]:
    """All environments, in the order in which things are promoted."""
    return Environment.objects.order_by("order")


def named() -> list[tuple[str, bool]]:
    """Their names in order, and whether clients are served from there: for the floors below."""
    return list(environments().values_list("name", "is_production"))


def before(environment: Environment) -> Environment | None:
    """The environment just before this one, None for the first."""
    return Environment.objects.filter(order__lt=environment.order).order_by("-order").first()


def environment(name: str) -> Environment:
    """The environment of this name; NotFound, in words, where there is none."""
    found = Environment.objects.filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no environment called “{name}”.", field="environment")
    return found


def with_figures() -> QuerySet[Environment]:
    """Environments in order, with how many components each serves."""
    stable = Q(live__channel="stable")
    return environments().annotate(live_count=Count("live", filter=stable))


def after(environment: Environment) -> Environment | None:
    """The environment just after this one, None for the last."""
    return Environment.objects.filter(order__gt=environment.order).order_by("order").first()
