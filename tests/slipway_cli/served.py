"""A Slipway to ask over HTTP that stands upon the rows of one test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import Thread
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.testcases import QuietWSGIRequestHandler

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Asked:
    """A request as it came in: its path with the question, by which token, and what was sent."""

    path: str
    token: str
    body: Any


@dataclass
class Front:
    """What stands before Slipway, as a proxy does: it hears everything, and may be in the way."""

    slipway: Application
    address: str = ""
    heard: list[Asked] = field(default_factory=list)
    instead: Application | None = None  # who answers as long as it is set

    @property
    def asked(self) -> list[str]:
        return [each.path for each in self.heard]

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        sent = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(sent)
        question = environ.get("QUERY_STRING")
        path = environ["PATH_INFO"] + (f"?{question}" if question else "")
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        self.heard.append(Asked(path, token, json.loads(sent) if sent else None))
        return (self.instead or self.slipway)(environ, start)


class Server(ThreadedWSGIServer):
    """Its threads ask over the connection of the test, which is not theirs to close."""

    def _close_connections(self) -> None:
        pass


@contextmanager
def served() -> Iterator[Front]:
    """The whole of Slipway behind an address of its own, as long as it is wanted."""
    with _shared() as connection:
        shared = {DEFAULT_DB_ALIAS: connection}
        server = Server(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override=shared)
        front = Front(WSGIHandler(), f"http://127.0.0.1:{server.server_port}")
        server.set_app(front)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield front
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def _shared() -> Iterator[BaseDatabaseWrapper]:
    """The connection of this test for all threads: no request ends its transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    connection.inc_thread_sharing()
    for signal in (request_started, request_finished):  # as Django's own client does it
        signal.disconnect(close_old_connections)
    try:
        yield connection
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        connection.dec_thread_sharing()
