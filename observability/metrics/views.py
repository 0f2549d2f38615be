"""What Prometheus scrapes: requests by django-prometheus, and the figures of our floors."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from observability.metrics.collector import registry


@login_not_required
@require_GET
def metrics(_: HttpRequest) -> HttpResponse:
    """Figures of this moment. No names of people, clients or data stand in them."""
    content = generate_latest(REGISTRY) + generate_latest(registry())
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)
