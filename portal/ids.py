"""Identities made by the application, ordered by time, so that new rows land at the index's end."""

from __future__ import annotations

import uuid
from datetime import datetime

import uuid_utils.compat
from django.db.models import DateTimeField, Func


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then monotonic and random bits."""
    return uuid_utils.compat.uuid7()


def first_at(at: datetime) -> uuid.UUID:
    """The smallest identity of that millisecond: `pk__gte=first_at(at)` finds by index.

    None was made before 1970, where their time begins.
    """
    milliseconds = max(int(at.timestamp() * 1000), 0)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)


# The same in the database; PostgreSQL reads it by itself from version 17 on only.
MADE_AT = "to_timestamp(('x' || left(replace(({})::text, '-', ''), 12))::bit(48)::bigint / 1000.0)"


class MadeAt(Func):
    """When an identity was made, to the millisecond: `MadeAt("delivery_id")` needs no join."""

    template = MADE_AT.format("%(expressions)s")
    output_field = DateTimeField()
