"""The zygote's door: accepts clients of the same user, hears them out, answers, shows them out."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pipelines.engines.duckdb import protocol
from pipelines.engines.duckdb.logbook import Log
from pipelines.engines.duckdb.protocol import Inbox, Message

BACKLOG = 64
HELLO_TIMEOUT = 10.0  # a client that asks nothing for so long is shown out
GOODBYE_TIMEOUT = 10.0  # so is one that does not read its answer
CREDENTIALS = struct.Struct("iII")  # struct ucred: pid, uid, gid


@dataclass(slots=True)
class Peer:
    """One client's connection: what it has said so far, what it still has to hear."""

    socket: socket.socket
    dropped_at: float
    inbox: Inbox = field(default_factory=lambda: Inbox(protocol.LONGEST_REQUEST))
    outbox: bytes = b""
    child: int = 0


class Reception:
    """All clients. `serve` is called with each request, `left` when one with a job goes away."""

    def __init__(
        self,
        *,
        path: str,
        selector: selectors.BaseSelector,
        log: Log,
        serve: Callable[[Peer, Message], None],
        left: Callable[[Peer], None],
    ) -> None:
        self.selector = selector
        self.log = log
        self.serve = serve
        self.left = left
        self.peers: dict[int, Peer] = {}
        self.listener = _listening(path)
        selector.register(self.listener, selectors.EVENT_READ, self._welcome)

    def close(self) -> None:
        """Let nobody in any more."""
        self.listener.close()

    def due(self) -> list[float]:
        """When clients that are late are to be shown out."""
        return [p.dropped_at for p in self.peers.values() if not p.child or p.outbox]

    def watch(self, now: float) -> None:
        """Show out who is late."""
        for peer in list(self.peers.values()):
            if (not peer.child or peer.outbox) and now >= peer.dropped_at:
                self._drop(peer)

    def answer(self, peer: Peer, message: Message) -> None:
        """Say the last word to a client, as fast as it listens, then hang up."""
        peer.outbox = protocol.frame(message)
        peer.dropped_at = time.monotonic() + GOODBYE_TIMEOUT
        self._flush(peer)

    def ignore(self, peer: Peer) -> None:
        """Hear no more of a client that has nothing more to say."""
        self.selector.unregister(peer.socket)

    def _welcome(self, *_: Any) -> None:
        try:
            connection, _address = self.listener.accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                time.sleep(0.05)  # the backlog stays readable; others have to leave first
            return
        packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
        _pid, user, _group = CREDENTIALS.unpack(packed)
        if user != os.geteuid():
            self.log("warning", "another user knocked and was turned away", user=user)
            connection.close()
            return
        connection.setblocking(False)  # noqa: FBT003
        peer = Peer(connection, dropped_at=time.monotonic() + HELLO_TIMEOUT)
        self.peers[connection.fileno()] = peer
        self.selector.register(connection, selectors.EVENT_READ, self._heard)

    def _heard(self, connection: Any, mask: int) -> None:
        peer = self.peers.get(connection.fileno())
        if peer is None:
            return
        if mask & selectors.EVENT_WRITE:
            self._flush(peer)
            return
        try:
            data = connection.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(peer, data)
        elif peer.child:
            self.left(peer)
        else:
            self._drop(peer)

    def _take(self, peer: Peer, data: bytes) -> None:
        if peer.child:
            return  # whatever else it says, its job runs already
        peer.inbox.add(data)
        try:
            request = peer.inbox.take()
            if request is not None:
                self.serve(peer, request)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            words = f"The sandbox did not understand the request: {error}."
            self.answer(peer, protocol.refusal(words, "input"))

    def _flush(self, peer: Peer) -> None:
        try:
            sent = peer.socket.send(peer.outbox)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(peer)
            return
        peer.outbox = peer.outbox[sent:]
        if not peer.outbox:
            self._drop(peer)
            return
        with suppress(KeyError):
            self.selector.unregister(peer.socket)
        self.selector.register(peer.socket, selectors.EVENT_WRITE, self._heard)

    def _drop(self, peer: Peer) -> None:
        with suppress(KeyError):
            self.selector.unregister(peer.socket)
        self.peers.pop(peer.socket.fileno(), None)
        peer.socket.close()


def _listening(path: str) -> socket.socket:
    with suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    listener.bind(path)
    os.umask(before)
    listener.listen(BACKLOG)
    listener.setblocking(False)  # noqa: FBT003
    return listener
