"""Where telemetry is kept, and for how long. Part of the settings."""

from __future__ import annotations

from portal import env

LOG_STORE = env.text("SLIPWAY_LOG_STORE", "observability.logs.stores.postgres.PostgresLogs")
TRACE_STORE = env.text("SLIPWAY_TRACE_STORE", "observability.traces.stores.postgres.PostgresTraces")
METRIC_STORE = env.text(
    "SLIPWAY_METRIC_STORE", "observability.series.stores.postgres.PostgresMetrics"
)
# How many days: chatter, the usual, trouble where it lasts and metrics there.
KEEP_TELEMETRY_DAYS = {
    0: env.integer("SLIPWAY_KEEP_BRIEF_DAYS", 3, least=1),
    1: env.integer("SLIPWAY_KEEP_USUAL_DAYS", 14, least=1),
    2: env.integer("SLIPWAY_KEEP_LONG_DAYS", 90, least=1),
}
KEEP_LONG_ENVIRONMENTS = env.words("SLIPWAY_KEEP_LONG", ["production"])
MOST_SERIES = env.integer("SLIPWAY_MOST_SERIES", 5000)  # of a component, seen within a day

# Where SLIPWAY_METRIC_STORE is observability.series.stores.prometheus.Prometheus: its address, a
# token that it may want, and the labels that name a component and an environment there.
PROMETHEUS = {
    "url": env.address("SLIPWAY_PROMETHEUS_URL", "http://localhost:9090"),
    "token": env.text("SLIPWAY_PROMETHEUS_TOKEN"),
    "seconds": env.integer("SLIPWAY_PROMETHEUS_SECONDS", 8, least=1),  # a page waits for ten
    "is_named": bool(env.text("SLIPWAY_PROMETHEUS_URL")),  # so it may be asked beside another store
    "component": env.text("SLIPWAY_PROMETHEUS_COMPONENT", "job"),
    "environment": env.text("SLIPWAY_PROMETHEUS_ENVIRONMENT", "environment"),
}
