"""The adapter that settings.LOG_STORE names; one for a process."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from observability.logs.stores.base import LogStore


def store() -> LogStore:
    return _made(settings.LOG_STORE)


@cache
def _made(name: str) -> LogStore:
    return cast(LogStore, import_string(name)())
