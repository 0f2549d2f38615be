"""Deliveries that log lines and spans name by their identity."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from observability.named import Page, identities
from pipelines.deliveries.models import Delivery


def pages(names: Collection[str]) -> dict[str, Page]:
    """Their pages; one query."""
    known = identities(names)
    rows = Delivery.objects.filter(pk__in=list(known)).values_list("pk", "number")
    return {
        known[pk]: Page(f"Delivery {number}", reverse("pipelines:delivery-detail", args=[number]))
        for pk, number in rows
    }
