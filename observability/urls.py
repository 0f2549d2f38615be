"""The pages of this floor: its table of contents."""

from __future__ import annotations

from django.urls import path

from observability.bottlenecks import views as bottlenecks
from observability.changes import views as changes
from observability.comparison import views as comparison
from observability.dora import views as dora
from observability.events import receiver
from observability.events import views as events
from observability.health import views as health
from observability.history import views as history
from observability.instrumentation import views as instrumentation
from observability.logs import keeping
from observability.logs import views as logs
from observability.metrics import views as metrics
from observability.objectives import views as objectives
from observability.otlp import views as otlp
from observability.pins import views as pins
from observability.senders import views as senders
from observability.servicemap import views as servicemap
from observability.traces import views as traces

app_name = "observability"
urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("v1/logs", otlp.logs, name="otlp-logs"),
    path("v1/traces", otlp.traces, name="otlp-traces"),
    path("v1/metrics", otlp.metrics, name="otlp-metrics"),
    path("services/", senders.listing, name="sender-list"),
    path("service-map/", servicemap.whole, name="service-map"),
    path("service-map/data", servicemap.data, name="service-map-data"),
    path("service-map/thing", servicemap.thing, name="service-map-thing"),
    path("components/<slug:name>/service-map", servicemap.of_component, name="component-map"),
    path("traces/", traces.listing, name="trace-list"),
    path("traces/<slug:trace_id>/", traces.detail, name="trace-detail"),
    path("traces/<slug:trace_id>/spans/<slug:span_id>", traces.span, name="trace-span"),
    path("workers/panels/telemetry", instrumentation.panel, name="worker-telemetry"),
    path("events/<slug:name>", receiver.receive, name="events-in"),
    path("event-sources/", events.listing, name="event-source-list"),
    path("event-sources/new", events.new, name="event-source-new"),
    path("event-sources/<slug:name>/", events.detail, name="event-source-detail"),
    path("event-sources/<slug:name>/rotate", events.rotate, name="event-source-rotate"),
    path("event-sources/<slug:name>/switch", events.switch, name="event-source-switch"),
    path("event-sources/<slug:name>/mean", events.mean, name="event-source-mean"),
    path(
        "event-sources/<slug:name>/meanings/<uuid:pk>/forget",
        events.forget,
        name="event-source-forget",
    ),
    path("event-sources/<slug:name>/apply", events.apply, name="event-source-apply"),
    path("event-sources/<slug:name>/test", events.test, name="event-source-test"),
    path("event-sources/events/<uuid:pk>/", events.event, name="event-source-event"),
    path("history-imports/", history.listing, name="history-list"),
    path("history-imports/new", history.new, name="history-new"),
    path("history-imports/<uuid:pk>/", history.detail, name="history-detail"),
    path("changes/", changes.listing, name="change-list"),
    path("changes/mine", changes.mine, name="change-mine"),
    path("changes/<uuid:pk>/comparison", comparison.page, name="change-comparison"),
    path("logs/", logs.listing, name="log-list"),
    path("logs/panels/newer", logs.newer, name="log-newer"),
    path("logs/panels/histogram", logs.histogram, name="log-histogram"),
    path("logs/panels/facets", logs.beside, name="log-facets"),
    path("logs/panels/offers", logs.complete, name="log-complete"),
    path("logs/panels/lines", logs.panel, name="log-panel"),
    path("logs/lines/<str:key>/", logs.line, name="log-line"),
    path("logs/lines/<str:key>/panels/values", logs.values, name="log-values"),
    path("logs/searches/save", keeping.save, name="log-search-save"),
    path("logs/searches/<uuid:pk>/rename", keeping.rename, name="log-search-rename"),
    path("logs/searches/<uuid:pk>/remove", keeping.remove, name="log-search-remove"),
    path("components/<slug:name>/logs/", logs.of_component, name="component-logs"),
    path("components/<slug:name>/health/", health.of_component, name="component-health"),
    path("components/<slug:name>/health/pins/new", pins.new, name="component-pin-new"),
    path(
        "components/<slug:name>/health/pins/<uuid:pk>/panels/chart",
        pins.chart,
        name="component-pin",
    ),
    path("components/<slug:name>/health/pins/<uuid:pk>/edit", pins.edit, name="component-pin-edit"),
    path("components/<slug:name>/health/pins/<uuid:pk>/move", pins.move, name="component-pin-move"),
    path(
        "components/<slug:name>/health/pins/<uuid:pk>/remove",
        pins.remove,
        name="component-pin-remove",
    ),
    path("objectives/", objectives.page, name="objective-list"),
    path("bottlenecks/", bottlenecks.page, name="bottleneck-list"),
    path("bottlenecks/panels/portal", bottlenecks.portal, name="bottleneck-portal"),
    path("dora/", dora.page, name="dora"),
    path("dora/rows.csv", dora.file, name="dora-file"),
    path("dora/changes/<uuid:pk>/reclassify", dora.reclassify, name="dora-reclassify"),
    path("dora/changes/<uuid:pk>/take-back", dora.take_back, name="dora-take-back"),
    path("components/<slug:name>/panels/dora", dora.of_component, name="component-dora"),
    path("components/<slug:name>/panels/changes", changes.of_component, name="component-changes"),
]
