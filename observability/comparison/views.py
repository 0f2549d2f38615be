"""Any deployment on the axis beside the one before: also those that others made."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.comparison import queries, showing
from portal.accounts.middleware import SignedInRequest


@require_safe
def page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The comparison as a page of its own."""
    change = queries.deployment(pk)
    found = queries.compared(change, timezone.now())
    shown = {
        "change": change,
        "component": change.component,
        **showing.shown(found, request.user),
    }
    return render(request, "observability/comparison/page.html", shown)
