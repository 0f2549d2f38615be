"""Which adapter understands which kind of connection: named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from pipelines.connections.sources.base import SourceAdapter


@cache
def adapter(kind: str) -> SourceAdapter:
    """The adapter of a kind of connection; an unknown kind is a bug of whoever made the row."""
    return cast(SourceAdapter, import_string(settings.SOURCE_ADAPTERS[kind])())
