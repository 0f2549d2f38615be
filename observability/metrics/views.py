"""What Prometheus scrapes: requests by django-prometheus, and the figures of our floors."""

from __future__ import annotations

from threading import Lock

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from observability.metrics.collector import registry

# Two servers that scrape in the same moment are no trouble; scrapes that take longer than the time
# between them are: they would take one thread after the other from those who read pages.
PATIENCE = 2.0  # seconds
SOON = {"Retry-After": "15"}
_one_at_a_time = Lock()


@login_not_required
@require_GET
def metrics(_: HttpRequest) -> HttpResponse:
    """Figures of this moment. No names of people, clients or data stand in them."""
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        words = "The scrape before this one is not over yet.\n"
        return HttpResponse(words, status=503, content_type="text/plain", headers=SOON)
    try:
        content = generate_latest(REGISTRY) + generate_latest(registry())
    finally:
        _one_at_a_time.release()
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)
