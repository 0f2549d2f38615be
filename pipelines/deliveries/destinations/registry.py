"""Which adapter understands which kind of destination: named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from pipelines.deliveries.destinations.base import Destination


@cache
def adapter(kind: str) -> Destination:
    """The adapter of a kind of destination; an unknown kind is a bug of whoever made the row."""
    return cast(Destination, import_string(settings.DESTINATION_ADAPTERS[kind])())
