"""Prometheus' collector over all sources that settings name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from observability.metrics.base import Figure, Source
from portal.outages import OUTAGE

log = logging.getLogger(__name__)


class Sources(Collector):
    """Asks every source at each scrape. One that fails costs its own figures, and says so.

    A database that is away costs the wait for a connection once: with one wait for each source
    scrapes would take longer than the time between them, and soon all threads of the process.
    """

    def collect(self) -> Iterator[Metric]:
        answered = GaugeMetricFamily(
            "slipway_source_up", "Whether a source of figures answered.", labels=["source"]
        )
        families: dict[str, GaugeMetricFamily] = {}
        is_away = OUTAGE.lasts()
        for name in settings.METRIC_SOURCES:
            figures: list[Figure] | None = None
            try:
                figures = None if is_away else list(_source(name)(now=timezone.now()))
            except Exception as error:
                is_away = OUTAGE.noticed(error)
                if not is_away:  # the outage tells of itself
                    log.exception("%s did not give its figures", name)
            answered.add_metric([name], int(figures is not None))
            for figure in figures or ():
                _add(families, figure)
        yield answered
        yield from families.values()

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []


def _add(families: dict[str, GaugeMetricFamily], figure: Figure) -> None:
    if figure.name not in families:
        families[figure.name] = GaugeMetricFamily(
            f"slipway_{figure.name}", figure.help, labels=list(figure.labels)
        )
    families[figure.name].add_metric(list(figure.labels.values()), figure.value)


def _source(name: str) -> Source:
    return cast(Source, import_string(name))


@cache
def registry() -> CollectorRegistry:
    """Beside django-prometheus' own, so that importing this registers nothing anywhere."""
    ours = CollectorRegistry()
    ours.register(Sources())
    return ours
