"""Makes a process speak OpenTelemetry: traces of web and workers, and their log lines."""

from __future__ import annotations

import atexit
import logging
import os
import socket
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from opentelemetry import trace
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from observability.instrumentation import counting, requests, storing
from observability.instrumentation.ids import Ids
from observability.instrumentation.lines import Told
from observability.instrumentation.messages import Messages
from observability.instrumentation.sampling import Begun
from observability.instrumentation.sending import Sender
from observability.instrumentation.spans import Kept
from observability.instrumentation.statements import Watch
from observability.instrumentation.wishes import ALL, SLOW, Wishes
from observability.traces.stores.base import OURS

TICKING = "beat"
# The receiver is no part of what it receives; the others are asked every few seconds by machines.
NOT_TRACED = r"://[^/]+/(v1/(logs|traces|metrics)|healthz|readyz|metrics|static/.*)$"


def start(wishes: Wishes) -> None:
    """Once a process. Nothing is connected or begun before the first record."""
    resource = Resource.create(
        {
            "service.name": f"{OURS}-{wishes.process}",
            "service.version": settings.VERSION,
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    sink: Any = storing.Store(wishes.process)
    if wishes.endpoint:
        sink = import_module("observability.instrumentation.exporting").Collector(resource)
    counts = counting.Counting(wishes.process)
    spans = Sender(sink.spans, after=counts.tell)
    lines = Sender(sink.lines, after=counts.tell)
    counts.watch(spans=spans.counts, lines=lines.counts)
    provider = TracerProvider(
        sampler=Begun(settings.TICKS), resource=resource, id_generator=Ids(), shutdown_on_exit=False
    )
    kept = Kept(spans)
    provider.add_span_processor(kept)
    trace.set_tracer_provider(provider)
    # The first one: those behind it take the request from a record.
    handler = Told(lines, kept.spoke)
    if wishes.process == TICKING:  # it does nothing for anybody: only its troubles are of interest
        handler.setLevel(logging.WARNING)
    logging.getLogger().handlers.insert(0, handler)
    _instrument(wishes)
    atexit.register(_stop, counts, kept, spans, lines)


def _instrument(wishes: Wishes) -> None:
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")
    watch = Watch(wishes.slow_ms) if wishes.statements == SLOW else None
    if wishes.statements == ALL:
        _instrument_statements()
    Messages.watch = watch
    Messages().instrument()  # type: ignore[no-untyped-call]
    DjangoInstrumentor().instrument(
        excluded_urls=NOT_TRACED,
        request_hook=partial(requests.named, watch=watch),
    )


def _instrument_statements() -> None:
    """A span for each: dear, so its library is loaded only where that is asked for."""
    module = import_module("opentelemetry.instrumentation.psycopg")
    module.PsycopgInstrumentor().instrument(enable_commenter=False)


def _stop(counts: counting.Counting, kept: Kept, *senders: Sender) -> None:
    kept.hand_over()
    for sender in senders:
        sender.stop()
    if any(sender.counts.sent or sender.counts.dropped for sender in senders):
        counts.tell_now()
