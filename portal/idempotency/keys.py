"""What an Idempotency-Key may look like, and what makes two requests the same. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
# Visible characters of ASCII: a UUID, a job's number, anything that a program can name.
KEY = re.compile(r"[!-~]{1,200}")
KEY_HINT = "1 to 200 visible characters of ASCII without spaces, such as a UUID"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is to be done once: whose, which door, under which key, and what it says."""

    actor: UUID
    method: str
    path: str
    key: str
    digest: str

    @property
    def name(self) -> str:
        """What two requests at once have in common: a space is in none of its parts."""
        return f"{self.actor} {self.method} {self.path} {self.key}"


def read(header: str) -> str | None:
    """The key, bare or between quotes (a structured field's string); None if it can't be one."""
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    return key if KEY.fullmatch(key) else None


def digest(content_type: str, query: str, body: bytes) -> str:
    """SHA-256, in hexadecimal, of all that a request says: the same bytes are the same request."""
    said = hashlib.sha256()
    for part in (content_type.encode(), query.encode(), body):
        said.update(len(part).to_bytes(8, "big"))
        said.update(part)
    return said.hexdigest()
