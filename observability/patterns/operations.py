"""Templates are found while lines are written, by whichever process writes them.

What was found stands in the database; a process keeps what it has seen in its memory, so that a
shape that is known costs a look into a dictionary. New shapes of a component are judged one after
another, under a lock of that component.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import uuid_utils
from django.db import connection, transaction

from observability.patterns import mining
from observability.patterns.models import Pattern
from observability.patterns.shapes import shape

MOST = 1000  # templates of a component at a level; what is newer is "everything else"
REMEMBERED = 50_000  # shapes that a process keeps in its memory
EXAMPLE = 500  # characters
HOUR = 3600
BILLION = 1_000_000_000
LOCK = 4318

Key = tuple[str, int, str]  # component, level, shape

_known: dict[Key, UUID] = {}
_asked_again = [0.0]  # when this process began to remember, by the monotonic clock


def fold(*, lines: Iterable[tuple[str, int, str, int]]) -> list[UUID]:
    """The pattern of each line: (component, level, message, nanoseconds), in their order."""
    keys: list[Key] = []
    new: dict[Key, tuple[str, int]] = {}
    if time.monotonic() - _asked_again[0] > HOUR:
        unlearn()  # what was absorbed or forgotten meanwhile
    known = _known
    for component, level, message, at in lines:
        key = (component, level, shape(message))
        keys.append(key)
        if key not in known and key not in new:
            new[key] = (message, at)
    if not new:
        return [known[key] for key in keys]
    learnt = _learn(new)
    return [learnt.get(key) or known[key] for key in keys]


def count(*, seen: Counter[tuple[UUID, int, str, str]]) -> None:
    """Add lines to hours: (pattern, hour since 1970, environment, version) -> lines.

    In the transaction that writes the lines. Rows are taken in one order: no two wait in a ring.
    """
    if not seen:
        return
    rows = sorted(seen.items())
    columns = list(zip(*(key for key, _ in rows), strict=True))
    hours = [datetime.fromtimestamp(hour * HOUR, UTC) for hour in columns[1]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO observability_patternhour AS t"
            " (pattern_id, hour, environment, version, lines)"
            " SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[],"
            " %s::bigint[])"
            " ON CONFLICT (pattern_id, hour, environment, version)"
            " DO UPDATE SET lines = t.lines + excluded.lines",
            [list(columns[0]), hours, list(columns[2]), list(columns[3]), [n for _, n in rows]],
        )


def touch(*, seen: dict[UUID, int]) -> None:
    """Note when patterns were seen last, in nanoseconds; to the minute, so that few are written."""
    rows = sorted(seen.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE observability_pattern p SET last_seen_at = s.at"
            " FROM (SELECT p.id, s.at FROM unnest(%s::uuid[], %s::timestamptz[]) s(id, at)"
            "   JOIN observability_pattern p ON p.id = s.id"
            "   WHERE p.last_seen_at < s.at - interval '1 minute'"
            "   ORDER BY p.id FOR UPDATE OF p) s"
            " WHERE p.id = s.id",
            [[key for key, _ in rows], [_instant(at) for _, at in rows]],
        )


def forget(*, now: datetime, keep: timedelta) -> int:
    """Hours and patterns that are older than any line: how many rows went."""
    gone: int = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM observability_patternhour WHERE hour < %s", [now - keep])
        gone += cursor.rowcount
        cursor.execute(
            "DELETE FROM observability_pattern p WHERE last_seen_at < %s AND NOT EXISTS"
            " (SELECT FROM observability_pattern o WHERE o.merged_into_id = p.id)",
            [now - keep],
        )
        gone += cursor.rowcount
    if gone:
        unlearn()
    return gone


def unlearn() -> None:
    """Forget what this process has seen: the database is asked again."""
    global _known  # noqa: PLW0603 - replaced, not emptied: another thread may be reading it
    _known = {}
    _asked_again[0] = time.monotonic()


def _learn(new: dict[Key, tuple[str, int]]) -> dict[Key, UUID]:
    """Judge these shapes. They are remembered once they are committed."""
    by_place: dict[tuple[str, int], list[Key]] = {}
    for key in new:
        by_place.setdefault(key[:2], []).append(key)
    learnt: dict[Key, UUID] = {}
    for place, keys in sorted(by_place.items()):
        found = _judge(place, keys, new)
        learnt.update(found)
        transaction.on_commit(partial(_remember, found))
    return learnt


def _remember(found: dict[Key, UUID]) -> None:
    if len(_known) > REMEMBERED:
        unlearn()
    _known.update(found)


@transaction.atomic
def _judge(
    place: tuple[str, int], keys: Sequence[Key], new: dict[Key, tuple[str, int]]
) -> dict[Key, UUID]:
    """Templates for shapes of one component and level, with what others have found meanwhile."""
    component, level = place
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, component])
    rows = Pattern.objects.filter(component=component, level=level)
    ids = dict(rows.filter(merged_into=None).values_list("template", "id"))
    found: dict[Key, UUID] = {}
    for key in keys:
        answer = mining.find(key[2], ids, most=MOST)
        if answer.template not in ids:
            message, at = new[key]
            ids[answer.template] = _made(component, level, answer.template, message, at)
            for template in answer.absorbs:
                _absorb(ids.pop(template), into=ids[answer.template])
        found[key] = ids[answer.template]
    return found


def _made(component: str, level: int, template: str, message: str, at: int) -> UUID:
    moment = _instant(at)
    row, is_new = Pattern.objects.get_or_create(
        component=component,
        level=level,
        template=template,
        defaults={
            "id": UUID(str(uuid_utils.uuid7())),
            "example": message[:EXAMPLE].replace("\0", "\ufffd"),
            "first_seen_at": moment,
            "last_seen_at": moment,
        },
    )
    return row.pk if is_new else (row.merged_into_id or row.pk)


def _absorb(pattern: UUID, *, into: UUID) -> None:
    """What was a template of its own is one value of another: so are those that it had absorbed."""
    rows: Any = Pattern.objects
    earliest = rows.filter(pk=pattern).values_list("first_seen_at", flat=True).first()
    rows.filter(merged_into=pattern).update(merged_into=into)
    rows.filter(pk=pattern).update(merged_into=into)
    rows.filter(pk=into, first_seen_at__gt=earliest).update(first_seen_at=earliest)


def _instant(nanoseconds: int) -> datetime:
    seconds, rest = divmod(nanoseconds, BILLION)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=rest // 1000)
