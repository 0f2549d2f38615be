"""Identities made by the application, ordered by time, so that new rows land at the index's end."""

from __future__ import annotations

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then monotonic and random bits."""
    return uuid_utils.compat.uuid7()
