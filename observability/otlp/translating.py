"""From OTLP's messages to our lines and spans. Pure, and written for speed.

Names are those of the semantic conventions, the deprecated ones too where SDKs still send them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from observability.logs.stores.base import LogLine
from observability.otlp import values
from observability.otlp.values import MOST_CHARACTERS, MOST_VALUES, attributes, uuid, written
from observability.partitions.copying import instant
from observability.traces.stores.base import SpanLine

BILLION = 1_000_000_000
LATEST = timedelta(minutes=10)  # a clock that is ahead by more is not believed
EARLIEST = timedelta(days=2)  # what arrives later than that is kept as of its arrival
UNKNOWN = "unknown_service"  # as SDKs call what has no name
MOST_NAME = 120
ENVIRONMENTS = {
    "prod": "production",
    "live": "production",
    "stage": "staging",
    "stg": "staging",
    "dev": "development",
    "local": "development",
}
LEVELS = {  # where only severity_text was sent
    "trace": 1,
    "debug": 5,
    "info": 9,
    "information": 9,
    "notice": 10,
    "warn": 13,
    "warning": 13,
    "error": 17,
    "critical": 21,
    "fatal": 21,
}
RUN, DEPLOYMENT = "slipway.run_id", "deployment.id"
ERROR = 2  # Status.STATUS_CODE_ERROR

Accept = Callable[[str], str]  # service.name -> why it is not accepted, "" where it is


@dataclass(frozen=True, slots=True)
class Origin:
    """What a resource says of who speaks."""

    component: str
    environment: str
    version: str
    deployment_id: str
    attributes: dict[str, Any]


@dataclass(slots=True)
class Reception:
    """How a request is taken: until when times are believed, and what had to be said about it."""

    now: datetime
    accept: Accept
    called: Mapping[str, str] = field(default_factory=dict)  # service.name -> another component's
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    untied: int = 0  # records that named work of another team
    left_out: values.LeftOut = field(default_factory=values.LeftOut)
    most: int = MOST_VALUES  # attributes of a record
    cut: int = 0  # texts
    exemplars: int = 0  # that are not kept
    notes_times: bool = True  # a record keeps the time that was sent, where it is not believed

    @property
    def message(self) -> str:
        """Sentences for `partial_success`; "" where everything was taken as it came."""
        said = [f"{reason} ({count} rejected)" for reason, count in self.reasons.most_common(10)]
        if self.moved:
            said.append(
                f"{self.moved} were dated more than {EARLIEST.days} days ago or ahead of our "
                "clock: they are kept as of their arrival"
                + (", their own time in slipway.sent_time." if self.notes_times else ".")
            )
        if self.left_out.count:
            said.append(
                f"{self.left_out.count} attributes, events or links were left out in "
                f"{self.left_out.records} records: of one the first {self.most} are kept, and "
                f"values up to {values.DEEPEST} inside of each other."
            )
        if self.cut:
            said.append(f"{self.cut} texts were cut after {MOST_CHARACTERS:,} characters.")
        if self.exemplars:
            said.append(
                f"{self.exemplars} exemplars were left out: of a point the first few are kept that "
                "lead to a trace."
            )
        if self.untied:
            said.append(
                f"{self.untied} named a run or a deployment of another team: they are kept, but "
                "not tied to it."
            )
        return " ".join(said)

    def named(self, origin: Origin) -> Origin:
        """Under the name of its component; what it calls itself stays among its attributes."""
        alias = self.called.get(origin.component)
        if alias is None:
            return origin
        said = {"service.name": origin.component, **origin.attributes}
        return replace(origin, component=alias, attributes=said)

    def reject(self, reason: str, count: int) -> None:
        self.rejected += count
        self.reasons[reason] += count


def services(request: Any) -> list[str]:
    """Who speaks in a request of any signal, each once, in the order in which they come."""
    ((_, parts),) = request.ListFields() or ((None, ()),)
    return list(
        dict.fromkeys(origin_of(part.resource, values.LeftOut()).component for part in parts)
    )


def lines(request: ExportLogsServiceRequest, to: Reception) -> list[LogLine]:
    """The log lines of a request that are accepted."""
    found: list[LogLine] = []
    clock, left = Clock(to), to.left_out
    for part in request.resource_logs:
        lacking = values.LeftOut()
        origin = origin_of(part.resource, lacking)
        if why := to.accept(origin.component):
            to.reject(why, sum(len(scope.log_records) for scope in part.scope_logs))
            continue
        origin = to.named(origin)
        left.count += lacking.count
        for scope in part.scope_logs:
            logger = values.name(scope.scope.name)
            shared = _shared(origin, scope.scope, named=False)
            for record in scope.log_records:
                before = left.count - lacking.count  # what the resource lacks, each record does
                own = attributes(record.attributes, left)
                message = values.message(record.body, left)
                if left.count != before:
                    left.records += 1
                if len(message) >= MOST_CHARACTERS:
                    to.cut += _is_cut(record.body)
                at = clock.read(record.time_unix_nano or record.observed_time_unix_nano, own)
                if logger:
                    own["logger"] = logger
                if record.event_name:
                    own["event.name"] = values.name(record.event_name)
                run, deployment = _named(own, RUN), _named(own, DEPLOYMENT)
                found.append(
                    LogLine(
                        at,
                        origin.component,
                        _environment(own) or origin.environment,
                        origin.version,
                        _severity(record.severity_number, record.severity_text),
                        message,
                        _written(own, shared),
                        record.trace_id.hex() if len(record.trace_id) == 16 else "",
                        record.span_id.hex() if len(record.span_id) == 8 else "",
                        run,
                        deployment or origin.deployment_id,
                    )
                )
    return found


def spans(request: ExportTraceServiceRequest, to: Reception) -> list[SpanLine]:
    """The spans of a request that are accepted; without valid ids one can't be."""
    found: list[SpanLine] = []
    clock, left = Clock(to), to.left_out
    for part in request.resource_spans:
        lacking = values.LeftOut()
        origin = origin_of(part.resource, lacking)
        if why := to.accept(origin.component):
            to.reject(why, sum(len(scope.spans) for scope in part.scope_spans))
            continue
        origin = to.named(origin)
        left.count += lacking.count
        for scope in part.scope_spans:
            shared = _shared(origin, scope.scope, named=True)
            for span in scope.spans:
                if len(span.trace_id) != 16 or len(span.span_id) != 8 or not any(span.trace_id):
                    to.reject("A span needs a trace id of 16 and a span id of 8 bytes.", 1)
                    continue
                before = left.count - lacking.count
                own = attributes(span.attributes, left)
                events, links = _first(span.events, left), _first(span.links, left)
                told = [_event(event, left) for event in events]
                tied = [_link(link, left) for link in links]
                if left.count != before:
                    left.records += 1
                if span.trace_state:
                    own["trace_state"] = values.text(span.trace_state)
                at = clock.read(span.start_time_unix_nano, own)
                lasted = span.end_time_unix_nano - span.start_time_unix_nano
                run, deployment = _named(own, RUN), _named(own, DEPLOYMENT)
                found.append(
                    SpanLine(
                        at,
                        min(max(lasted, 0), 2**62),
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        span.parent_span_id.hex() if len(span.parent_span_id) == 8 else "",
                        origin.component,
                        _environment(own) or origin.environment,
                        origin.version,
                        values.name(span.name),
                        span.kind if span.kind <= 5 else 0,
                        span.status.code == ERROR,
                        values.text(span.status.message[:MOST_CHARACTERS]),
                        _written(own, shared),
                        written(told),
                        written(tied),
                        run,
                        deployment or origin.deployment_id,
                    )
                )
    return found


class Clock:
    """Believes a time that is near ours; else it is now, and the record says what was sent."""

    def __init__(self, to: Reception) -> None:
        self._to = to
        self._now = int(to.now.timestamp()) * BILLION
        self._first = int((to.now - EARLIEST).timestamp()) * BILLION
        self._last = int((to.now + LATEST).timestamp()) * BILLION

    def read(self, sent: int, own: dict[str, Any]) -> int:
        if self._first <= sent <= self._last:
            return sent
        if sent:
            self._to.moved += 1
            own["slipway.sent_time"] = _said(sent)
        return self._now


def _said(nanoseconds: int) -> str:
    try:
        return datetime.fromtimestamp(nanoseconds // BILLION, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(nanoseconds)


def origin_of(resource: Resource, left: values.LeftOut) -> Origin:
    """What a resource says of who speaks."""
    found = attributes(resource.attributes, left)
    old = found.pop("deployment.environment", "")
    return Origin(
        component=str(found.pop("service.name", "") or UNKNOWN).strip()[:MOST_NAME],
        environment=_environment(found) or _place(old),
        version=str(found.pop("service.version", ""))[:MOST_NAME],
        deployment_id=_named(found, DEPLOYMENT),
        attributes=found,
    )


def _named(own: dict[str, Any], key: str) -> str:
    """An identity of ours; anything else names nothing of ours and stays an attribute."""
    said = own.pop(key, "")
    if not said:
        return ""
    digits = uuid(said)
    if not digits:
        own[key] = said
    return digits


def _environment(attributes: dict[str, Any]) -> str:
    """Of a resource, or of a record by itself: one process may work for several."""
    said = attributes.pop("deployment.environment.name", "")
    return _place(said) if said else ""


def _place(said: Any) -> str:
    name = str(said).strip().lower()[:MOST_NAME]
    return ENVIRONMENTS.get(name, name)


def _shared(origin: Origin, scope: InstrumentationScope, *, named: bool) -> str:
    """What all records of a scope say, as the end of each one's JSON: made once."""
    found: dict[str, Any] = {}
    if named and scope.name:
        found["otel.scope.name"] = values.name(scope.name)
    if scope.version:
        found["otel.scope.version"] = values.name(scope.version)
    if origin.attributes:
        found["resource"] = origin.attributes
    return written(found)[1:]


def _written(own: dict[str, Any], shared: str) -> str:
    text = written(own)
    if shared == "}":
        return text
    return f"{text[:-1]}, {shared}" if own else f"{{{shared}"


def _event(event: Any, left: values.LeftOut) -> dict[str, Any]:
    return {
        "at": instant(event.time_unix_nano),
        "name": values.name(event.name),
        "attributes": attributes(event.attributes, left),
    }


def _link(link: Any, left: values.LeftOut) -> dict[str, Any]:
    found: dict[str, Any] = {"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex()}
    if link.attributes:
        found["attributes"] = attributes(link.attributes, left)
    if link.trace_state:
        found["trace_state"] = values.text(link.trace_state)
    return found


def _first(given: Sequence[Any], left: values.LeftOut) -> Sequence[Any]:
    """As many of these as are kept."""
    if len(given) <= MOST_VALUES:
        return given
    left.count += len(given) - MOST_VALUES
    return given[:MOST_VALUES]


def _is_cut(body: AnyValue) -> bool:
    kind = body.WhichOneof("value")
    return kind != "string_value" or len(body.string_value) > MOST_CHARACTERS


def _severity(number: int, text: str) -> int:
    if 1 <= number <= 24:
        return number
    return LEVELS.get(text.strip().lower(), 0)
