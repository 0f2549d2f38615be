"""Which adapter is which engine: named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from pipelines.engines.base import Engine


@cache
def engine(name: str = "duckdb") -> Engine:
    """The engine of that name, as settings have it."""
    return cast(Engine, import_string(settings.ENGINES[name])())
