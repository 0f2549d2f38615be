"""From OTLP's messages to our lines and spans. Pure, and written for speed.

Names are those of the semantic conventions, the deprecated ones too where SDKs still send them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from observability.logs.stores.base import LogLine
from observability.partitions.copying import instant
from observability.traces.stores.base import SpanLine
from portal import masks

BILLION = 1_000_000_000
LATEST = timedelta(minutes=10)  # a clock that is ahead by more is not believed
EARLIEST = timedelta(days=2)  # what arrives later than that is kept as of its arrival
UNKNOWN = "unknown_service"  # as SDKs call what has no name
MOST_CHARACTERS = 64_000  # of a message
MOST_NAME = 120
MOST_VALUES = 128  # attributes of one record
DEEPEST = 8  # lists and maps inside of each other; what lies deeper is left out
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
ERROR = 2  # Status.STATUS_CODE_ERROR
UUID_DIGITS = 32

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
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    moved: int = 0
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
        return " ".join(said)

    def reject(self, reason: str, count: int) -> None:
        self.rejected += count
        self.reasons[reason] += count


def services(request: Any) -> list[str]:
    """Who speaks in a request of any signal, each once, in the order in which they come."""
    ((_, parts),) = request.ListFields() or ((None, ()),)
    return list(dict.fromkeys(origin_of(part.resource).component for part in parts))


def lines(request: ExportLogsServiceRequest, to: Reception) -> list[LogLine]:
    """The log lines of a request that are accepted."""
    found: list[LogLine] = []
    clock = Clock(to)
    for part in request.resource_logs:
        origin = origin_of(part.resource)
        if why := to.accept(origin.component):
            to.reject(why, sum(len(scope.log_records) for scope in part.scope_logs))
            continue
        shared = _shared(origin)
        for scope in part.scope_logs:
            logger = scope.scope.name
            for record in scope.log_records:
                own = _attributes(record.attributes)
                at = clock.read(record.time_unix_nano or record.observed_time_unix_nano, own)
                if logger:
                    own["logger"] = logger
                run, deployment = own.pop("slipway.run_id", ""), own.pop("deployment.id", "")
                found.append(
                    LogLine(
                        at,
                        origin.component,
                        _environment(own) or origin.environment,
                        origin.version,
                        _severity(record.severity_number, record.severity_text),
                        _message(record.body),
                        _written(own, shared),
                        record.trace_id.hex() if len(record.trace_id) == 16 else "",
                        record.span_id.hex() if len(record.span_id) == 8 else "",
                        _uuid(run),
                        _uuid(deployment) or origin.deployment_id,
                    )
                )
    return found


def spans(request: ExportTraceServiceRequest, to: Reception) -> list[SpanLine]:
    """The spans of a request that are accepted; without valid ids one can't be."""
    found: list[SpanLine] = []
    clock = Clock(to)
    for part in request.resource_spans:
        origin = origin_of(part.resource)
        if why := to.accept(origin.component):
            to.reject(why, sum(len(scope.spans) for scope in part.scope_spans))
            continue
        shared = _shared(origin)
        for scope in part.scope_spans:
            for span in scope.spans:
                if len(span.trace_id) != 16 or len(span.span_id) != 8 or not any(span.trace_id):
                    to.reject("A span needs a trace id of 16 and a span id of 8 bytes.", 1)
                    continue
                own = _attributes(span.attributes)
                at = clock.read(span.start_time_unix_nano, own)
                lasted = span.end_time_unix_nano - span.start_time_unix_nano
                run, deployment = own.pop("slipway.run_id", ""), own.pop("deployment.id", "")
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
                        span.name[:MOST_CHARACTERS],
                        span.kind if span.kind <= 5 else 0,
                        span.status.code == ERROR,
                        _text(span.status.message[:MOST_CHARACTERS]),
                        _written(own, shared),
                        _json([_event(event) for event in span.events[:MOST_VALUES]]),
                        _json(
                            [
                                {"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex()}
                                for link in span.links[:MOST_VALUES]
                            ]
                        ),
                        _uuid(run),
                        _uuid(deployment) or origin.deployment_id,
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


def origin_of(resource: Resource) -> Origin:
    """What a resource says of who speaks."""
    found = _attributes(resource.attributes)
    old = found.pop("deployment.environment", "")
    return Origin(
        component=str(found.pop("service.name", "") or UNKNOWN).strip()[:MOST_NAME],
        environment=_environment(found) or _place(old),
        version=str(found.pop("service.version", ""))[:MOST_NAME],
        deployment_id=_uuid(found.pop("deployment.id", "")),
        attributes=found,
    )


def _environment(attributes: dict[str, Any]) -> str:
    """Of a resource, or of a record by itself: one process may work for several."""
    said = attributes.pop("deployment.environment.name", "")
    return _place(said) if said else ""


def _place(said: Any) -> str:
    name = str(said).strip().lower()[:MOST_NAME]
    return ENVIRONMENTS.get(name, name)


def _shared(origin: Origin) -> str:
    """The resource's attributes as the end of each record's JSON, made once."""
    return _json({"resource": origin.attributes})[1:] if origin.attributes else "}"


def labels(pairs: Iterable[KeyValue], most: int, longest: int) -> dict[str, str]:
    """Attributes as what tells series apart: texts."""
    found: dict[str, str] = {}
    for name, value in list(_attributes(pairs).items())[:most]:
        found[name[:longest]] = (value if isinstance(value, str) else _json(value))[:longest]
    return found


def _written(own: dict[str, Any], shared: str) -> str:
    text = _json(own)
    if shared == "}":
        return text
    return f"{text[:-1]}, {shared}" if own else f"{{{shared}"


def _event(event: Any) -> dict[str, Any]:
    return {
        "at": instant(event.time_unix_nano),
        "name": event.name,
        "attributes": _attributes(event.attributes),
    }


_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: dumps() makes one a call


def _text(text: str) -> str:
    """Masked, and without NUL, which PostgreSQL stores nowhere."""
    return masks.mask(text.replace("\0", "\ufffd") if "\0" in text else text)


def _attributes(pairs: Iterable[KeyValue], depth: int = 0) -> dict[str, Any]:
    """Masked one by one: in the finished JSON a mask might take a quote along."""
    found: dict[str, Any] = {}
    for pair in pairs:
        key = pair.key.replace("\0", "\ufffd")
        if masks.is_secret(key):
            found[key] = masks.MASK
        else:
            found[key] = _value(pair.value, pair.value.WhichOneof("value"), depth)
        if len(found) >= MOST_VALUES:
            break
    return found


def _value(value: AnyValue, kind: str | None, depth: int) -> Any:
    """As JSON has it; text is masked."""
    if kind == "string_value":
        return _text(value.string_value)
    if kind is None or depth > DEEPEST:
        return None
    found = getattr(value, kind)
    match kind:
        case "array_value":
            return [_value(one, one.WhichOneof("value"), depth + 1) for one in found.values]
        case "kvlist_value":
            return _attributes(found.values, depth + 1)
        case "bytes_value":
            return found.hex()
        case _ if kind == "double_value" and not isfinite(found):
            found = str(found)  # JSON has no such numbers
    return found


def _message(body: AnyValue) -> str:
    kind = body.WhichOneof("value")
    if kind == "string_value":
        return _text(body.string_value[:MOST_CHARACTERS])
    return "" if kind is None else _json(_value(body, kind, 0))[:MOST_CHARACTERS]


def _severity(number: int, text: str) -> int:
    if 1 <= number <= 24:
        return number
    return LEVELS.get(text.strip().lower(), 0)


def _uuid(text: Any) -> str:
    """An identity of ours in an attribute; anything else names nothing of ours."""
    digits = str(text).replace("-", "").lower()
    if len(digits) != UUID_DIGITS or not all(c in "0123456789abcdef" for c in digits):
        return ""
    return digits
