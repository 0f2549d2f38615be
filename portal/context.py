"""What a request or a task carries along without naming it: its id, for logs and the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

# "" outside of a request; a task sets the id of what it works on.
request_id: ContextVar[str] = ContextVar("request_id", default="")
# Correlation keys of log lines and spans: component, environment, version, deployment_id, run_id,
# delivery_id, preview_id, client, team, trace_id.
correlation: ContextVar[Mapping[str, str]] = ContextVar("correlation", default=MappingProxyType({}))
# What an act is a part of, for the audit: "" where it is done for its own sake.
occasion: ContextVar[str] = ContextVar("occasion", default="")


@contextmanager
def bind(**keys: object) -> Iterator[None]:
    """Add correlation keys to every log line written inside: `with context.bind(run_id=run.pk):`.

    Keys without a value are left out; an inner `bind` adds to the outer one and may replace it.
    """
    more = {key: str(value) for key, value in keys.items() if value not in {None, ""}}
    before = correlation.set({**correlation.get(), **more})
    try:
        yield
    finally:
        correlation.reset(before)


@contextmanager
def occasion_of(words: str) -> Iterator[None]:
    """Every act inside says of which occasion it is a part."""
    before = occasion.set(words)
    try:
        yield
    finally:
        occasion.reset(before)
