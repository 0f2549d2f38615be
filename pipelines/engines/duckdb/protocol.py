"""What the client, the zygote and the sandbox say to each other: frames of JSON on a Unix socket.

A frame is four bytes of length (big-endian) and a JSON object. The client sends one request
({"verb": ...}); the sandbox answers with {"event": "log" | "check" | "done" | "failed"}; the
zygote ends every conversation with {"event": "exit"}, or answers {"event": "refused"} at once.
"""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict
from typing import Any

from pipelines.engines.base import Check, Column, Job, Limits, Source

Message = dict[str, Any]

HEADER = struct.Struct(">I")
LONGEST_REQUEST = 4 * 1024 * 1024
LONGEST_ANSWER = 64 * 1024 * 1024
LONGEST_SOCKET_PATH = 103
LARGEST_LIMIT = 1 << 31
MOST_THREADS = 256


def frame(message: Message) -> bytes:
    """The bytes of one message."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return HEADER.pack(len(body)) + body


class Inbox:
    """Puts frames together from whatever pieces arrive."""

    def __init__(self, longest: int) -> None:
        self._bytes = bytearray()
        self._longest = longest

    def add(self, data: bytes) -> None:
        """Take in the bytes that came."""
        self._bytes += data

    def take(self) -> Message | None:
        """Hand out the next whole message, or None. ValueError: not a frame, or too long."""
        if len(self._bytes) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._bytes)
        if length > self._longest:
            raise ValueError(f"a message of {length} bytes is longer than {self._longest}")
        end = HEADER.size + length
        if len(self._bytes) < end:
            return None
        message = json.loads(bytes(self._bytes[HEADER.size : end]))
        del self._bytes[:end]
        if not isinstance(message, dict):
            raise ValueError("a message is a JSON object")  # noqa: TRY004 - one error for the caller
        return message


def send(connection: socket.socket, message: Message) -> None:
    """Send one whole message, waiting as long as the socket's timeout allows."""
    connection.sendall(frame(message))


def refusal(message: str, kind: str) -> Message:
    """The zygote's answer to a request that it does not take on; for want of room, for now only."""
    is_permanent = kind not in {"lost", "limit:processes"}
    return {"event": "refused", "message": message, "kind": kind, "permanent": is_permanent}


def job_from(message: Message) -> Job:
    """Rebuild the job that the client flattened with dataclasses.asdict."""
    return Job(
        sql=message["sql"],
        sources=tuple(source_from(source) for source in message["sources"]),
        result_path=message["result_path"],
        parameters=message["parameters"],
        columns=tuple(Column(**c) for c in message["columns"]),
        key=tuple(message["key"]),
        checks=tuple(Check(**c) for c in message["checks"]),
        limits=limits_from(message["limits"]),
        label=message["label"],
    )


def source_from(message: Message) -> Source:
    """Rebuild an input that the client flattened."""
    paths = tuple(message["paths"])
    return Source(message["name"], message["format"], paths, message["most_rows"])


def limits_from(message: Message) -> Limits:
    """Read limits. ValueError where one is not a number that a kernel or DuckDB can hold."""
    limits = Limits(**message)
    for name, value in asdict(limits).items():
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        is_number = is_whole or (name == "seconds" and isinstance(value, float))
        most = MOST_THREADS if name == "threads" else LARGEST_LIMIT
        if not is_number or not 0 < value <= most:
            raise ValueError(f"the limit {name} is {value!r}")
    return limits
