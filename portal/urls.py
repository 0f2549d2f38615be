"""Every address: pages by floor, the API by floor, and what machines ask."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from portal import health, schema

API_FLOORS = ("portal", "observability", "deployments", "pipelines")

urlpatterns = [
    path("", include("portal.pages_urls")),
    path("", include("observability.urls")),
    path("", include("deployments.urls")),
    path("", include("pipelines.urls")),
    *(path("api/v1/", include(f"{floor}.api_urls")) for floor in API_FLOORS),
    path(
        "api/schema/",
        SpectacularAPIView.as_view(generator_class=schema.OnceAProcess),
        name="schema",
    ),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "portal.failures.not_readable"
handler403 = "portal.failures.not_allowed"
handler404 = "portal.failures.not_found"
handler500 = "portal.failures.broken"
