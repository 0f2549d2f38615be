"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from observability.bottlenecks.api import Bottlenecks, PortalBottlenecks
from observability.changes.api import Changes
from observability.dora.api import Dora, DoraRows
from observability.events.api import Events, EventSources
from observability.health.api import ComponentHealth
from observability.history.api import HistoryImports
from observability.logs.api import LogFacets, LogHistogram, LogPatterns, Logs
from observability.logs.searches_api import SavedSearches
from observability.objectives.api import Objectives
from observability.pins.api import PinnedQueries
from observability.senders.api import Services
from observability.series.api import MetricInstant, MetricLabels, MetricRange, Metrics
from observability.servicemap.api import ServiceMap
from observability.traces.api import Trace, Traces

router = SimpleRouter()
router.register("changes", Changes, basename="change")
router.register("event-sources", EventSources, basename="event-source")
router.register("events", Events, basename="event")
router.register("history-imports", HistoryImports, basename="history-import")
router.register("logs/searches", SavedSearches, basename="log-search")
router.register("pinned-queries", PinnedQueries, basename="pinned-query")
router.register("dora/rows", DoraRows, basename="dora-row")

urlpatterns = [
    *router.urls,
    path("dora/", Dora.as_view(), name="dora"),
    path("objectives/", Objectives.as_view(), name="objectives"),
    path("bottlenecks/", Bottlenecks.as_view(), name="bottlenecks"),
    path("bottlenecks/portal/", PortalBottlenecks.as_view(), name="bottlenecks-portal"),
    path("health/", ComponentHealth.as_view(), name="health"),
    path("logs/", Logs.as_view(), name="log-list"),
    path("logs/histogram/", LogHistogram.as_view(), name="log-histogram"),
    path("logs/facets/", LogFacets.as_view(), name="log-facets"),
    path("logs/patterns/", LogPatterns.as_view(), name="log-patterns"),
    path("metrics/", Metrics.as_view(), name="metric-list"),
    path("metrics/labels/", MetricLabels.as_view(), name="metric-labels"),
    path("metrics/query/", MetricInstant.as_view(), name="metric-query"),
    path("metrics/range/", MetricRange.as_view(), name="metric-range"),
    path("services/", Services.as_view(), name="service-list"),
    path("service-map/", ServiceMap.as_view(), name="service-map"),
    path("traces/", Traces.as_view(), name="trace-list"),
    re_path(r"^traces/(?P<trace_id>[0-9a-fA-F]{32})/$", Trace.as_view(), name="trace-detail"),
]
