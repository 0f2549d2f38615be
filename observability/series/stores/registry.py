"""The adapter that settings.METRIC_STORE names; one for a process."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from observability.series.stores.base import MetricStore


def store() -> MetricStore:
    return _made(settings.METRIC_STORE)


@cache
def _made(name: str) -> MetricStore:
    return cast(MetricStore, import_string(name)())
