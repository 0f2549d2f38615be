"""The adapter that settings.METRIC_STORE names; one for a process."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from observability.series.stores.base import MetricStore


def store() -> MetricStore:
    return _made(settings.METRIC_STORE)


BUILT_IN, PROMETHEUS = "built_in", "prometheus"
ADAPTERS = {
    BUILT_IN: "observability.series.stores.postgres.PostgresMetrics",
    PROMETHEUS: "observability.series.stores.prometheus.Prometheus",
}


def sources() -> list[str]:
    """Which of these can be asked here: metrics are kept there, or the operator named it."""
    kept = [name for name, path in ADAPTERS.items() if path == settings.METRIC_STORE]
    if PROMETHEUS not in kept and settings.PROMETHEUS["is_named"]:
        kept.append(PROMETHEUS)
    return kept


def source(name: str) -> MetricStore:
    return _made(ADAPTERS[name])


@cache
def _made(name: str) -> MetricStore:
    return cast(MetricStore, import_string(name)())
