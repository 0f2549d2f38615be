"""Which traces begin: what somebody asked for does, the ticking of the clock does not."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes

RUN = "run/"  # how the instrumentation of Celery calls a task that is done
# What nobody began: a statement of the heartbeat is no trace of its own.
OUTGOING = frozenset({SpanKind.CLIENT, SpanKind.PRODUCER})


class Begun(Sampler):
    """A span inside of another goes as that one does, and a tick begins nothing.

    Nor does it go on with anything: what it starts is work of its own, even where somebody's work
    sent it a little early.
    """

    def __init__(self, ticks: Sequence[str]) -> None:
        self._ticks = frozenset(f"{RUN}{task}" for task in ticks)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        parent = get_current_span(parent_context).get_span_context()
        is_kept = parent.trace_flags.sampled if parent.is_valid else kind not in OUTGOING
        if not is_kept or name in self._ticks:
            return SamplingResult(Decision.DROP)
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes, parent.trace_state)

    def get_description(self) -> str:
        return "all but ticks"
