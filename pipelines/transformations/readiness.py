"""What a transformation should promise and do by itself, for the checklist on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from deployments.environments.models import Environment
from pipelines.schedules.models import Schedule
from pipelines.transformations.models import Version
from portal.accounts.models import User
from portal.catalog.checklist import Item
from portal.catalog.models import Component


def of(component: Component, _: User) -> list[Item]:
    """By the newest version and the schedules that are in force. Three queries."""
    version = (
        Version.objects.filter(transformation__component=component).order_by("-number").first()
    )
    if version is None:
        return []
    spec = version.spec
    file = reverse("pipelines:version-detail", args=[component.name, version.number])
    contract = spec.get("contract", {})
    return [
        Item(
            "A key in its contract",
            bool(contract.get("key")),
            "Without one nobody notices that a row comes twice.",
            file,
            verb="File",
        ),
        Item(
            "A check of its own",
            bool(spec.get("checks")),
            "Counts that must add up stop a wrong result before it is sent.",
            file,
            verb="File",
        ),
        Item(
            "Someone who receives it",
            bool(spec.get("deliveries")),
            "A delivery in its file names a client and a destination.",
            file,
            verb="File",
        ),
        Item(
            "Objectives",
            bool(spec.get("defaults", {}).get("objectives")),
            "How fresh it must be, and how often it may fail.",
            file,
            verb="File",
        ),
        _scheduled(component, spec),
    ]


def _scheduled(component: Component, spec: Mapping[str, Any]) -> Item:
    """It has one where it is paused, and where its file brings one that is not live yet."""
    kept = Schedule.objects.exclude(state=Schedule.State.NONE)
    place = Environment.objects.order_by("-order").first()
    where = [component.name, place.name if place else ""]
    return Item(
        "A schedule",
        bool(spec.get("defaults", {}).get("schedule"))
        or kept.filter(transformation__component=component).exists(),
        "Else someone starts each run.",
        reverse("deployments:place-configure", args=where) if place else "",
        verb="Set",
    )
