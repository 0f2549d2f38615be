"""Questions about traces, whatever store keeps them."""

from __future__ import annotations

from observability.logs.queries import Away
from observability.logs.stores.base import StoreError
from observability.traces.stores.base import Found
from observability.traces.stores.registry import store
from portal.errors import NotFound


def trace(trace_id: str) -> list[Found]:
    """The spans of a trace by their beginning; NotFound where none is known."""
    try:
        found = store().trace(trace_id)
    except StoreError as error:
        raise Away(error.message) from error
    if not found:
        raise NotFound(f"No span of trace {trace_id} is known here, or it is over and forgotten.")
    return found
