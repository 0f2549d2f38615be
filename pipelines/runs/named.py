"""Runs that log lines and spans name by their identity."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from observability.named import Page, identities
from pipelines.runs.models import Run


def pages(names: Collection[str]) -> dict[str, Page]:
    """Their pages; one query."""
    known = identities(names)
    rows = Run.objects.filter(pk__in=list(known)).values_list("pk", "number")
    return {
        known[pk]: Page(f"Run {number}", reverse("pipelines:run-detail", args=[number]))
        for pk, number in rows
    }


def by_number(numbers: Collection[int]) -> dict[int, UUID]:
    """Their identities; one query."""
    return dict(Run.objects.filter(number__in=numbers).values_list("number", "pk"))
