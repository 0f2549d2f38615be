"""Clients that log lines and spans name."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from observability.named import Page
from pipelines.connections.models import Client


def clients(names: Collection[str]) -> dict[str, Page]:
    """Their pages; one query."""
    rows = Client.objects.filter(name__in=list(names)).values_list("name", flat=True)
    return {name: Page(name, reverse("pipelines:client-detail", args=[name])) for name in rows}
