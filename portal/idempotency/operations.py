"""Doing what is asked under a key once, however often it is asked.

The act, its answer and what they leave are one transaction, and a lock that belongs to it says that
one is in flight: a process that dies on the way leaves neither, so asking again does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from portal import failpoints
from portal.errors import Moved, Refused
from portal.idempotency.keys import HEADER, KEPT, Asked
from portal.idempotency.models import KeptAnswer


class InFlight(Moved):
    """The first request under this key is still at work."""

    kind = "in-flight"
    retry_after = 1


class KeyReused(Refused):
    """The key stands for another request already."""

    kind = "key-reused"


@dataclass(frozen=True, slots=True)
class Turn:
    """The one request that is at work under a key. `kept`: what it was answered before."""

    asked: Asked
    now: datetime
    kept: KeptAnswer | None

    def keep(self, *, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        """Remember the answer, if and only if what it tells of is committed."""
        failpoints.hit("idempotency.done")
        asked = self.asked
        KeptAnswer.objects.create(
            actor_id=asked.actor,
            method=asked.method,
            path=asked.path,
            key=asked.key,
            digest=asked.digest,
            status=status,
            content=content,
            headers=dict(headers),
            kept_at=self.now,
        )
        failpoints.hit("idempotency.kept")


@contextmanager
def turn(*, asked: Asked, now: datetime) -> Iterator[Turn]:
    """Around an act and its answer: all of it is one transaction, one at a time for a key.

    Refused are a second one meanwhile, and another request under the key of an earlier one. What
    the act asks outside it asks inside of this: so before its locks, and for a short time.
    """
    with transaction.atomic():
        if not _is_alone(asked):
            raise InFlight(
                f"A request with this {HEADER} is being done right now: "
                "ask again in a moment, and you get its answer."
            )
        yield Turn(asked, now, _kept(asked, now))
    failpoints.hit("idempotency.committed")


def forget(*, now: datetime) -> int:
    """Remove answers whose day is over; returns how many."""
    return KeptAnswer.objects.filter(kept_at__lte=now - KEPT).delete()[0]


def _is_alone(asked: Asked) -> bool:
    """The lock ends with the transaction, and only after others see what it has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 24))", [asked.name])
        return bool(cursor.fetchone()[0])


def _kept(asked: Asked, now: datetime) -> KeptAnswer | None:
    rows = KeptAnswer.objects.filter(
        actor=asked.actor, method=asked.method, path=asked.path, key=asked.key
    )
    kept = rows.first()
    if kept is not None and kept.kept_at <= now - KEPT:
        rows.delete()
        return None
    if kept is not None and kept.digest != asked.digest:
        raise KeyReused(
            f"You have used this {HEADER} for another request to this address, at "
            f"{kept.kept_at:%Y-%m-%d %H:%M} UTC. Take a new key for what is new, "
            "or send the same body to get that answer again.",
            field=HEADER,
        )
    return kept
