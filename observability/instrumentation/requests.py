"""Requests: their spans are called by method and address, as people write an address."""

from __future__ import annotations

import re
from functools import lru_cache

from django.http import HttpRequest
from opentelemetry.trace import Span

from observability.instrumentation.statements import Watch

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\]|[^)\[])*\)")


def named(span: Span, request: HttpRequest, *, watch: Watch | None) -> None:
    """At the beginning of a request, when its address is known."""
    if watch:
        watch.begin()
    if span.is_recording():
        _, _, route = str(getattr(span, "name", "")).partition(" ")
        span.update_name(f"{request.method} {address(route)}".strip())


@lru_cache(maxsize=1024)
def address(route: str) -> str:
    """ "api/v1/runs/(?P<pk>[^/.]+)/$" -> "/api/v1/runs/{pk}/"."""
    said = PARAMETER.sub(lambda found: "{" + (found.group(1) or found.group(2)) + "}", route)
    if not route:
        return ""
    return "/" + said.replace("^", "").replace("$", "").replace("\\Z", "").lstrip("/")
