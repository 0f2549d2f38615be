"""The bytes of a request: how many each parser reads, and reading them before it does."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request


class Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Bounded(BaseParser):
    """A parser that reads at most `most` bytes, and one more, by which it knows of too many."""

    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def read(self, stream: Stream) -> bytes:
        return stream.read(self.most + 1)


def whole(request: Request) -> bytes:
    """The body as it was sent, which a parser reads once more afterwards.

    As much of it as the address reads anyway: what is too large there is refused by its parser, in
    the same words. Django's `body` has one bound for all, and beyond it no words.
    """
    asked = request._request  # noqa: SLF001 - where REST framework keeps Django's own
    if not hasattr(asked, "_body"):
        parser = DefaultContentNegotiation().select_parser(request, request.parsers or ())
        reader = parser if isinstance(parser, Bounded) else Bounded()
        asked._body = reader.read(asked)  # noqa: SLF001 - both read it from there
    return asked._body  # noqa: SLF001
