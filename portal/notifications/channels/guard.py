"""No connection of this thread to a private address, whoever opens it and by whatever name.

apprise makes its own connections. Looking at the name beforehand would not do: it may lead
elsewhere a moment later, and a server may redirect. So each connection is looked at as it is
made, by an audit hook of the interpreter (PEP 578).
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings

from portal.outbound.addresses import Reach, refusal


class Watch:
    """What was kept from connecting while it was on: the address, and why, as a sentence's end."""

    def __init__(self) -> None:
        self.refused: list[str] = []


class Private(PermissionError):
    """An address inside, to which nothing is sent."""


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched() -> Iterator[Watch]:
    """Inside, this thread connects to nothing that lies further in than SLIPWAY_CHANNEL_REACH."""
    _install()
    watch = Watch()
    before = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(before)


@cache
def _install() -> None:
    """Once a process: a hook can't be taken away again, and costs a look at a variable."""
    sys.addaudithook(_hook)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event != "socket.connect" or (watch := _watch.get()) is None:
        return
    sock, address = args
    if sock.family not in {socket.AF_INET, socket.AF_INET6}:
        raise Private("only the internet can be reached from here")
    if why := refusal(str(address[0]), Reach(settings.CHANNEL_REACH)):
        watch.refused.append(f"{address[0]}, which {why}")
        raise Private(watch.refused[-1])
