"""The adapter that settings.TRACE_STORE names; one for a process."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from observability.traces.stores.base import TraceStore


def store() -> TraceStore:
    return _made(settings.TRACE_STORE)


@cache
def _made(name: str) -> TraceStore:
    return cast(TraceStore, import_string(name)())
