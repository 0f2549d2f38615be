"""One HTTP request to an address that a person gave; its last byte is an act of its own.

Whoever sends prepares everything first: name looked up, connection made, certificate checked, all
of the request on its way but one byte. No receiver can take the request for whole until that byte
follows, which takes no time and can be decided at the last instant.

Redirects are not followed, environment proxies are not used, and of an answer a few kilobytes are
read within the deadline.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any, BinaryIO, cast

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from portal.outbound.addresses import Reach
from portal.outbound.doors import Unreachable, connect
from portal.readable import is_readable

CHUNK = 64 * 1024
MOST_HEAD = 32 * 1024
MOST_BODY = 4 * 1024
BODY_SECONDS = 1.0  # for what the answer says beside its status
ACT_SECONDS = 2.0  # for the last byte
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: |\r)")
_TRACE = TraceContextTextMapPropagator()
KeepOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `authority` is the Host header; `path` stands in the first line."""

    host: str
    port: int
    authority: str
    path: str
    is_https: bool
    reach: Reach


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, header fields by lower-case name, and the body's beginning."""

    status: int
    fields: Mapping[str, str]
    body: bytes


class Broken(Exception):
    """The conversation ended without an answer, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Untrusted(Broken):
    """The other side could not show that it is whom the name says."""


class Unwanted(Exception):
    """Whoever sends does not want it to be sent any more."""


class Request:
    """A request on its way, whole but for its last byte. Close it in any case."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until
        self._received = bytearray()
        self._last = b""
        self.early: Answer | None = None  # the other side did not wait for the end

    def send(self, head: bytes, body: BinaryIO, keep_on: KeepOn) -> None:
        """Send all but the last byte, unless an answer comes before."""
        asked = time.monotonic()
        for piece in _pieces(head, body):
            data, self._last = self._last + piece[:-1], piece[-1:]
            if not self._push(data):
                self.early = self.answer()
                return
            if time.monotonic() - asked > 1.0:
                asked = time.monotonic()
                if not keep_on():
                    raise Unwanted

    def finish(self) -> None:
        """Send the last byte. Broken: it did not go, so nothing was sent."""
        try:
            self._connection.settimeout(ACT_SECONDS)
            self._connection.sendall(self._last)
        except OSError as error:
            raise Broken(f"The connection broke just before the end: {_reason(error)}.") from error

    def answer(self) -> Answer:
        """Wait for what the other side says, until the deadline. Broken: nobody knows how it went.

        Interim answers (1xx) are passed over.
        """
        while (head := self._head()) is None:
            if len(self._received) > MOST_HEAD:
                raise Broken("The answer's head is longer than 32 kB.")
            if not self._take(self._until):
                raise Broken("The connection was closed without an answer.")
        until = min(self._until, time.monotonic() + BODY_SECONDS)
        while len(self._received) - head < MOST_BODY:
            answer, is_whole = _parsed(bytes(self._received))
            try:
                if is_whole or not self._take(until):
                    return answer
            except Broken:  # the status is known; that the rest is not does not matter
                return answer
        return _parsed(bytes(self._received))[0]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _push(self, data: bytes) -> bool:
        """Send some bytes; False where the other side has said something already."""
        view = memoryview(data)
        while view:
            if self._has_spoken():
                return False
            self._connection.settimeout(self._left())
            try:
                view = view[self._connection.send(view) :]
            except TimeoutError as error:
                raise Broken("It did not take the request in time.") from error
            except OSError as error:
                if self._has_spoken():
                    return False
                said = f"The connection broke while sending: {_reason(error)}."
                raise Broken(said) from error
        return not self._has_spoken()

    def _has_spoken(self) -> bool:
        """Whether bytes of an answer have come; a message of TLS alone is none."""
        if not self._received and is_readable(self._connection, seconds=0):
            self._connection.settimeout(0)
            try:
                self._received += self._connection.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                pass
            except OSError as error:
                said = f"The connection broke while sending: {_reason(error)}."
                raise Broken(said) from error
        return bool(self._received)

    def _take(self, until: float) -> bool:
        """Wait for more bytes; False at the end of the conversation."""
        self._connection.settimeout(max(0.001, until - time.monotonic()))
        try:
            data = self._connection.recv(CHUNK)
        except (TimeoutError, ssl.SSLWantReadError) as error:
            raise Broken("It did not answer in time.") from error
        except OSError as error:
            said = f"The connection broke before an answer came: {_reason(error)}."
            raise Broken(said) from error
        self._received += data
        if time.monotonic() > until:
            raise Broken("It did not answer in time.")
        return bool(data)

    def _head(self) -> int | None:
        """Where the final answer's body begins; None while its head is not whole."""
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            found = STATUS.match(self._received)
            if found is None:
                raise Broken("The answer is not HTTP.")
            if not found[1].startswith(b"1"):
                return end + 4
            del self._received[: end + 4]
        if len(self._received) > 12 and not self._received.startswith(b"HTTP/1."):
            raise Broken("The answer is not HTTP.")
        return None

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Broken("It did not take the request in time.")
        return left


def begin(
    target: Target,
    fields: Mapping[str, str],
    body: BinaryIO,
    length: int,
    *,
    until: float,
    keep_on: KeepOn,
) -> Request:
    """Connect and send a POST but for its last byte. Raises Blocked, Unreachable, Broken, Unwanted.

    `until` is a monotonic instant, for all of it with the answer; `keep_on` is asked now and then.
    """
    request = Request(connected(target, until), until)
    try:
        head = {
            "Host": target.authority,
            "User-Agent": "Slipway",
            "Content-Length": str(length),
            "Connection": "close",
            **fields,
        }
        _TRACE.inject(head)  # so that whoever takes it can tell of it in the same trace
        lines = [f"{name}: {text}" for name, text in head.items()]
        first = f"POST {target.path} HTTP/1.1"
        request.send("\r\n".join([first, *lines, "", ""]).encode("latin-1"), body, keep_on)
    except BaseException:
        request.close()
        raise
    return request


def reach(target: Target, *, seconds: float) -> None:
    """Connect, let the other side show who it is, and hang up. Raises what `begin` does."""
    connected(target, time.monotonic() + seconds).close()


def connected(target: Target, until: float) -> socket.socket:
    """A connection to the judged address, by TLS where the address says so."""
    plain = connect(target.host, target.port, target.reach, until=until)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not target.is_https:
        return plain
    try:
        plain.settimeout(max(0.001, until - time.monotonic()))
        return _trust().wrap_socket(plain, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        said = f"{target.host} shows a certificate that can't be trusted: {error.verify_message}."
        raise Untrusted(said) from error
    except TimeoutError as error:
        plain.close()
        raise Unreachable(f"{target.host} did not answer in time.") from error
    except OSError as error:
        plain.close()
        raise Broken(f"{target.host} and Slipway found no common TLS: {_reason(error)}.") from error


@cache
def _trust() -> ssl.SSLContext:
    """Whom this machine trusts. Reading them costs tens of milliseconds."""
    return ssl.create_default_context()


def _pieces(head: bytes, body: BinaryIO) -> Iterator[bytes]:
    """Head and body in pieces, none of them empty."""
    yield head
    while piece := body.read(CHUNK):
        yield piece


def _parsed(data: bytes) -> tuple[Answer, bool]:
    """An answer out of what has come, and whether it is all."""
    response = HTTPResponse(cast(Any, _Heard(data)), method="POST")
    try:
        response.begin()
        body = response.read(MOST_BODY)
        is_whole = response.isclosed() and (response.length == 0 or response.chunked)
    except (HTTPException, ValueError) as error:
        body, is_whole = getattr(error, "partial", b"") or b"", False
    found = STATUS.match(data)
    assert found is not None, "looked at before"
    fields = {name.lower(): text for name, text in (response.headers or {}).items()}
    return Answer(int(found[1]), fields, bytes(body)[:MOST_BODY]), bool(is_whole)


class _Heard:
    """What has come, as the library's parser wants it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO(self._data)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).rstrip(".")
