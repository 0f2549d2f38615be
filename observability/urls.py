"""The pages of this floor: its table of contents."""

from __future__ import annotations

from django.urls import path

from observability.changes import views as changes
from observability.dora import views as dora
from observability.events import receiver
from observability.events import views as events
from observability.history import views as history
from observability.metrics import views as metrics
from observability.otlp import views as otlp

app_name = "observability"
urlpatterns = [
    path("metrics", metrics.metrics, name="metrics"),
    path("v1/logs", otlp.logs, name="otlp-logs"),
    path("v1/traces", otlp.traces, name="otlp-traces"),
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
    path("dora/", dora.page, name="dora"),
    path("dora/rows.csv", dora.file, name="dora-file"),
    path("dora/changes/<uuid:pk>/reclassify", dora.reclassify, name="dora-reclassify"),
    path("dora/changes/<uuid:pk>/take-back", dora.take_back, name="dora-take-back"),
    path("components/<slug:name>/panels/dora", dora.of_component, name="component-dora"),
    path("components/<slug:name>/panels/changes", changes.of_component, name="component-changes"),
]
