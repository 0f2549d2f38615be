"""What processes told of themselves, on the page of workers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.instrumentation import queries
from portal.accounts.middleware import SignedInRequest


@require_safe
def panel(request: SignedInRequest) -> HttpResponse:
    """Spans and lines of each process, sent and dropped."""
    shown = {"outlets": queries.outlets(timezone.now())}
    return render(request, "observability/instrumentation/_panel.html", shown)
