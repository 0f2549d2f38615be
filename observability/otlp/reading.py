"""The body of an OTLP/HTTP request: unpacked within limits, in either encoding. Pure.

See the specification of OTLP, "OTLP/HTTP Request", and the JSON mapping's exceptions there: ids are
hexadecimal, not base64.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from observability.otlp import counting

PROTOBUF, JSON = "application/x-protobuf", "application/json"
MOST_SENT = 16 * 2**20  # bytes of a body as it is sent
MOST_UNPACKED = 64 * 2**20  # and when it is unpacked
INVALID_ARGUMENT, RESOURCE_EXHAUSTED = 3, 8  # google.rpc.Code
IDS = frozenset({"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"})
MOST_DEPTH = 60  # of JSON; protobuf has a limit of its own

M = TypeVar("M", bound=Message)


class Unreadable(Exception):
    """A body that can't be taken: the status, google.rpc.Code and a sentence."""

    def __init__(self, status: int, message: str, code: int = INVALID_ARGUMENT) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


def encoding_of(content_type: str) -> str:
    """PROTOBUF or JSON, whatever parameters follow."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in {PROTOBUF, JSON}:
        raise Unreadable(415, f"Send {PROTOBUF} or {JSON}, not “{kind[:80]}”.")
    return kind


def unpacked(data: bytes, coding: str) -> bytes:
    """The body without its Content-Encoding, never more than the limit is made of it."""
    coding = coding.strip().lower()
    if coding in {"", "identity"}:
        return data
    if coding != "gzip":
        raise Unreadable(415, f"Pack it with gzip or not at all; “{coding[:40]}” is not read.")
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = reader.decompress(data, MOST_UNPACKED + 1)
    except zlib.error:
        raise Unreadable(400, "The body is no gzip, though Content-Encoding says so.") from None
    if len(content) > MOST_UNPACKED:
        raise too_large("unpacked", MOST_UNPACKED)
    if not reader.eof:
        raise Unreadable(400, "The gzip ends in the middle.")
    if reader.unused_data:  # read by nobody, it would be lost without a word
        raise Unreadable(400, "Something follows the end of the gzip: send one of one piece.")
    return content


def too_large(what: str, limit: int) -> Unreadable:
    return Unreadable(
        413,
        f"The body is more than {limit // 2**20} MiB {what}: send smaller batches.",
        RESOURCE_EXHAUSTED,
    )


def too_many(what: str) -> Unreadable:
    return Unreadable(
        413, f"The body has more than {what}: send smaller batches.", RESOURCE_EXHAUSTED
    )


def parsed(kind: type[M], data: bytes, encoding: str) -> M:
    """The message in this body. Fields that are not known are passed over."""
    if encoding == JSON:
        return _from_json(kind, data)
    try:
        if excess := counting.excess(kind, data):
            raise too_many(excess)
        return kind.FromString(data)
    except DecodeError:
        raise Unreadable(400, f"The body is no {kind.DESCRIPTOR.name} in protobuf.") from None


def _from_json(kind: type[M], data: bytes) -> M:
    if sum(map(data.count, (b",", b"{", b"["))) > counting.MOST_ELEMENTS:
        raise too_many(counting.VALUES)  # before anything is made of it
    try:
        content = json.loads(data or b"{}")
        if _put_ids(content, 0) > counting.MOST_PARTS:
            raise too_many(counting.RECORDS)
        return json_format.ParseDict(content, kind(), ignore_unknown_fields=True)
    except (ValueError, RecursionError, json_format.ParseError, TypeError, AttributeError) as error:
        words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise Unreadable(400, f"The body is no {kind.DESCRIPTOR.name} in JSON: {words}") from None


def _put_ids(value: Any, depth: int) -> int:
    """Ids as protobuf's JSON has bytes: base64. In their places, for a copy costs as much again.

    How many records, spans and points it has, with what groups them.
    """
    if depth > MOST_DEPTH:
        raise ValueError("it is nested too deeply")
    parts = 0
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in IDS:
                value[key] = _as_bytes(inner)
                continue
            parts += _put_ids(inner, depth + 1)
            if key in counting.IN_JSON and isinstance(inner, list):
                parts += len(inner)
    elif isinstance(value, list):
        for inner in value:
            parts += _put_ids(inner, depth + 1)
    return parts


def _as_bytes(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError("ids are hexadecimal digits in quotes")  # noqa: TRY004 - told as one
    return base64.b64encode(bytes.fromhex(text)).decode()
