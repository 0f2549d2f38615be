"""The port to those who tell of changes: how one shows who it is, and what its events say.

Pure: it neither reads nor writes rows. What an event means here is for `operations` to say.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from observability.events.reports import Read


@dataclass(frozen=True, slots=True)
class Post:
    """A request: header fields by lower-case name, and the body as it came."""

    headers: Mapping[str, str]
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with the name under which its sender would send it again.

    `at`: when it was sent, where the envelope says it. `problem`: why it can't be read,
    though the others of its batch can.
    """

    id: str
    type: str
    body: Mapping[str, Any]
    at: datetime | None = None
    problem: str = ""


class Kind(Protocol):
    """One kind of sender."""

    subject: str  # what its names name: "repository"
    proof: str  # how it shows who it is, in words

    def is_from(self, post: Post, secret: str) -> bool:
        """Whether whoever sent this knows the secret; takes as long for a wrong one."""

    def opened(self, post: Post) -> list[Envelope]:
        """The events in a request. Unreadable: it holds none."""

    def read(self, envelope: Envelope, received_at: datetime) -> Read:
        """What an event says. Unreadable: it lacks what it must have."""

    def sample(self, secret: str, at: datetime) -> Post:
        """A deployment as it would send one, for trying a source."""


def bears(post: Post, secret: str) -> bool:
    """The secret as a bearer token, or as the password of Basic for those who can't do better."""
    scheme, _, given = post.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = b64decode(given.strip(), validate=True).decode().partition(":")[2]
        except (Error, UnicodeDecodeError, ValueError):
            given = ""
    elif scheme.lower() != "bearer":
        given = ""
    return same(given.strip(), secret)


def same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)
