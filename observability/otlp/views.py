"""OTLP/HTTP: what any OpenTelemetry SDK or Collector sends to, in protobuf or JSON.

Not pages and not the API: answers are OTLP's own, errors google.rpc.Status, those that nobody
foresaw too. Whatever may work later is 429 or 503 with Retry-After: clients repeat nothing else.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from google.protobuf import json_format
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from observability.logs.stores.base import StoreError
from observability.otlp import operations, reading
from observability.otlp.gathering import Full
from observability.otlp.operations import Signal
from observability.otlp.reading import JSON, PROTOBUF, Unreadable
from portal import context
from portal.accounts import operations as accounts
from portal.accounts import queries
from portal.accounts.models import User
from portal.errors import Refused
from portal.outages import OUTAGE

log = logging.getLogger(__name__)

PERMISSION_DENIED, UNIMPLEMENTED, INTERNAL = 7, 12, 13  # google.rpc.Code
UNAVAILABLE, UNAUTHENTICATED = 14, 16
# Seconds. SDKs try six times in all: fast ones would be over before a database is up again.
AGAIN_WHEN_WRITTEN, AGAIN_WHEN_BACK = "1", "5"


class _Receiver(View):
    """One signal's address; it speaks the protocol also to whoever does not send with POST."""

    http_method_names = ("post",)
    signal: Signal

    def post(self, request: HttpRequest) -> HttpResponse:
        return _received(request, self.signal)

    def http_method_not_allowed(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        encoding = _encoding(request)
        response = _failed(encoding, 405, UNIMPLEMENTED, "Telemetry is sent with POST.")
        response.headers["Allow"] = "POST"
        return response


class _Logs(_Receiver):
    signal = operations.LOGS


class _Traces(_Receiver):
    signal = operations.TRACES


class _Metrics(_Receiver):
    signal = operations.METRICS


logs, traces, metrics = (
    csrf_exempt(login_not_required(receiver.as_view())) for receiver in (_Logs, _Traces, _Metrics)
)


def _encoding(request: HttpRequest) -> str:
    """In which the answer is, before anything else is known of the request."""
    kind = request.headers.get("Content-Type", "")
    return JSON if kind.lower().startswith(JSON) else PROTOBUF


def _received(request: HttpRequest, signal: Signal) -> HttpResponse:
    encoding = _encoding(request)
    try:
        sender = _sender(request)
        encoding = reading.encoding_of(request.headers.get("Content-Type", ""))
        data = reading.unpacked(_body(request), request.headers.get("Content-Encoding", ""))
        answer = operations.receive(
            signal=signal, data=data, encoding=encoding, sender=sender, now=timezone.now()
        )
    except (Unreadable, Refused, Full, StoreError, OperationalError, InterfaceError) as error:
        return _told(encoding, error)
    except Exception:  # whoever sends reads no pages
        log.exception("telemetry could not be taken")
        said = (
            f"That was not foreseen. The request's id is {context.request_id.get() or 'unknown'}."
        )
        return _failed(encoding, 500, INTERNAL, said)
    return _answer(encoding, answer, 200)


def _told(encoding: str, error: Exception) -> HttpResponse:
    """What did not work, in the protocol's own words."""
    if isinstance(error, Unreadable):
        return _failed(encoding, error.status, error.code, error.message)
    if isinstance(error, Refused):
        return _failed(encoding, error.status, PERMISSION_DENIED, error.message)
    if isinstance(error, Full):
        said = "More is waiting to be written than fits: send it again."
        return _later(encoding, 429, said, AGAIN_WHEN_WRITTEN)
    if not isinstance(error, StoreError):  # who sends this could not be looked up, say
        answer = _later(encoding, 503, "PostgreSQL does not answer now: send it again.")
        return OUTAGE.turned_away(answer) if OUTAGE.noticed(error) else answer
    if error.permanent:
        return _failed(encoding, 400, reading.INVALID_ARGUMENT, error.message)
    return _later(encoding, 503, error.message)


class _Unknown(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            401,
            "Send Authorization: Bearer with a usable token that has the scope “telemetry”.",
            UNAUTHENTICATED,
        )


def _sender(request: HttpRequest) -> User:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    now = timezone.now()
    token = queries.token(secret.strip(), now) if scheme.lower() == "bearer" else None
    if token is None:
        raise _Unknown
    accounts.note_use(token=token, now=now)
    token.user.token = token
    return token.user


def _body(request: HttpRequest) -> bytes:
    """Never more than the limit is read, whatever Content-Length says.

    Node's SDK sends in chunks, without one; there Django would read nothing, and say that it was
    taken.
    """
    stream: Any = request
    if not request.META.get("CONTENT_LENGTH"):
        if request.META.get("wsgi.input_terminated"):
            stream = request.META["wsgi.input"]
        elif request.headers.get("Transfer-Encoding"):
            raise Unreadable(411, "This server reads no chunks: send Content-Length.")
    data = bytearray()
    while len(data) <= reading.MOST_SENT:
        piece = stream.read(reading.MOST_SENT + 1 - len(data))
        if not piece:
            return bytes(data)
        data += piece
    raise reading.too_large("as it is sent", reading.MOST_SENT)


def _later(encoding: str, status: int, message: str, after: str = AGAIN_WHEN_BACK) -> HttpResponse:
    response = _failed(encoding, status, UNAVAILABLE, message)
    response.headers["Retry-After"] = after
    return response


def _failed(encoding: str, status: int, code: int, message: str) -> HttpResponse:
    return _answer(encoding, Status(code=code, message=message), status)


def _answer(encoding: str, message: Message, status: int) -> HttpResponse:
    content = (
        message.SerializeToString()
        if encoding == PROTOBUF
        else json_format.MessageToJson(message, indent=None).encode()
    )
    return HttpResponse(content, content_type=encoding, status=status)
