"""Identities of spans: random, but for what is to be found again by whoever continues it.

A try at a piece of work has a span whose identity follows from the work and the try's number. So
the next try can point back at it, and a sweeper can tell of it when its worker is dead, without
anything being written for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

_trace: ContextVar[int] = ContextVar("trace", default=0)
_span: ContextVar[int] = ContextVar("span", default=0)


class Ids(RandomIdGenerator):
    """Random ones, unless `given` says which."""

    def generate_trace_id(self) -> int:
        return _trace.get() or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return _span.get() or super().generate_span_id()


@contextmanager
def given(*, trace_id: int, span_id: int) -> Iterator[None]:
    """The span that is begun inside gets these; 0 is a random one."""
    before = _trace.set(trace_id), _span.set(span_id)
    try:
        yield
    finally:
        _trace.reset(before[0])
        _span.reset(before[1])


def of_try(work: object, number: int) -> int:
    """The span of a try at a piece of work, by the work's identity: never 0."""
    digest = sha256(f"{work}:{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") or 1
