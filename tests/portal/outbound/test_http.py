"""A request whose last byte is an act of its own, against a receiver that misbehaves."""

from __future__ import annotations

import io
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from socket import create_server

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from portal.outbound import http
from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked
from tests.patience import patient
from tests.receiver import Running, running

SECRET = "whsec_" + "QUJD" * 10
BODY = b"x" * 300_000


@pytest.fixture(scope="module")
def receiver() -> Iterator[Running]:
    with running(SECRET) as found:
        yield found


def asked(target: http.Target, *, until: float) -> http.Answer:
    """A whole conversation without a body."""
    request = http.begin(target, {}, io.BytesIO(b""), 0, until=until, keep_on=lambda: True)
    with closing(request):
        request.finish()
        return request.answer()


def begun(
    receiver: Running,
    body: bytes = BODY,
    *,
    seconds: float = 5,
    path: str = "/",
    reach: Reach = Reach.ANY,
) -> http.Request:
    target = http.Target("127.0.0.1", receiver.port, "client.example", path, False, reach)
    until = time.monotonic() + seconds
    fields = {"webhook-id": "msg_1"}
    return http.begin(
        target, fields, io.BytesIO(body), len(body), until=until, keep_on=lambda: True
    )


def came(receiver: Running) -> int:
    return len(receiver.ledger()["whole"])


@pytest.mark.parametrize("body", [BODY, b"x", b""])
def test_nobody_can_take_it_for_whole_before_the_last_byte(receiver: Running, body: bytes) -> None:
    before = came(receiver)
    request = begun(receiver, body)
    time.sleep(0.05)
    assert came(receiver) == before
    request.finish()
    assert request.answer().status == 401  # it is not signed
    request.close()
    assert came(receiver) == before + 1
    assert receiver.ledger()["whole"][-1]["bytes"] == len(body)


def test_what_is_given_up_before_the_last_byte_never_was(receiver: Running) -> None:
    before = receiver.ledger()
    request = begun(receiver)
    request.close()
    until = time.monotonic() + 5
    while receiver.ledger()["broken"] == before["broken"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert len(receiver.ledger()["whole"]) == len(before["whole"])


@pytest.mark.parametrize(("way", "status"), [("413", 413), ("redirect", 307)])
def test_an_answer_before_the_end_is_heard(receiver: Running, way: str, status: int) -> None:
    receiver.plan(way)
    request = begun(receiver, b"x" * 20_000_000)
    assert request.early is not None
    assert request.early.status == status
    request.close()


def test_the_target_is_reached_only_where_it_may_be(receiver: Running) -> None:
    with pytest.raises(Blocked, match="this machine itself"):
        begun(receiver, reach=Reach.PUBLIC)


def test_a_sender_that_does_not_want_it_any_more_stops(receiver: Running) -> None:
    target = http.Target("127.0.0.1", receiver.port, "x", "/", False, Reach.ANY)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            time.sleep(0.6)
            return super().read(10)

    with pytest.raises(http.Unwanted):
        http.begin(
            target, {}, Slow(BODY), len(BODY), until=time.monotonic() + 9, keep_on=lambda: False
        )


def said(answer: bytes, *, seconds: float = 0.4) -> http.Answer:
    """What one hears of a server that says just this, and then nothing more."""
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                with suppress(OSError):
                    connection.sendall(answer)
                    while connection.recv(1 << 16):
                        pass

        talker = threading.Thread(target=serve)
        talker.start()
        target = http.Target("127.0.0.1", server.getsockname()[1], "x", "/", False, Reach.ANY)
        until = time.monotonic() + seconds
        request = http.begin(target, {}, io.BytesIO(b""), 0, until=until, keep_on=lambda: True)
        try:
            request.finish()
            return request.answer()
        finally:
            request.close()
            talker.join()


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, b"hi"),
        (b"HTTP/1.0 200 OK\r\n\r\nhi", 200, b"hi"),
        (
            b"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 103 X\r\nA: b\r\n\r\nHTTP/1.1 202 Y\r\n\r\n",
            202,
            b"",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhi", 200, b"hi"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\nhi", 200, b"hi"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi", 200, b""),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"w" * 900_000, 200, b"w" * 4096),
    ],
)
def test_answers_are_understood(answer: bytes, status: int, body: bytes) -> None:
    found = said(answer)
    assert (found.status, found.body) == (status, body)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.9\r\n", "not HTTP"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "not HTTP"),
        (b"HTTP/2 200\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"a" * 90_000, "longer than 32 kB"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "did not answer in time"),
        (b"", "did not answer in time"),
    ],
)
def test_answers_that_are_none_are_told_in_words(answer: bytes, words: str) -> None:
    with pytest.raises(http.Broken) as broken:
        said(answer)
    assert words in broken.value.message


def test_a_server_that_drips_does_not_hold_one_up() -> None:
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 600:
                    connection.sendall(bytes([letter]))
                    time.sleep(0.02)

        talker = threading.Thread(target=serve)
        talker.start()
        target = http.Target("127.0.0.1", server.getsockname()[1], "x", "/", False, Reach.ANY)
        began = time.monotonic()
        # It may notice early, while it still sends, or when it reads the answer.
        with pytest.raises(http.Broken, match="did not answer in time"):
            asked(target, until=began + 0.5)
        assert time.monotonic() - began < patient(6)  # it would drip for twelve
        talker.join()


def test_who_does_not_speak_tls_is_not_spoken_to() -> None:
    with create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 This is not TLS\r\n\r\n")

        talker = threading.Thread(target=serve)
        talker.start()
        port = server.getsockname()[1]
        target = http.Target("localhost", port, "localhost", "/", True, Reach.ANY)
        with pytest.raises(http.Broken, match="found no common TLS"):
            http.reach(target, seconds=2)
        talker.join()
    assert http._trust().verify_mode == ssl.CERT_REQUIRED
    assert http._trust().check_hostname


def test_what_is_sent_in_a_trace_says_so_to_whoever_takes_it(receiver: Running) -> None:
    within = SpanContext(7 << 64, 9, is_remote=False, trace_flags=TraceFlags(1))
    with trace.use_span(NonRecordingSpan(within)), closing(begun(receiver, b"traced")) as request:
        request.finish()
        request.answer()
    with closing(begun(receiver, b"alone")) as request:
        request.finish()
        request.answer()
    traced, alone = (one["fields"] for one in receiver.ledger()["whole"][-2:])
    assert traced["traceparent"] == f"00-{7 << 64:032x}-{9:016x}-01"
    assert "traceparent" not in alone
