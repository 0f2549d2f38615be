"""The commits that releases came from, as the axis of changes keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from observability.changes.models import Commit


def of(source: Mapping[str, Any]) -> list[Commit]:
    """What a release says of where it came from; none where it names no commit."""
    sha = str(source.get("commit") or "")
    if not sha:
        return []
    return [
        Commit(
            sha=sha[:64],
            repository=str(source.get("repository") or "")[:400],
            message=str(source.get("message") or ""),
            authored_at=_instant(source.get("authored_at")),
            committed_at=_instant(source.get("committed_at")),
        )
    ]


def _instant(value: object) -> datetime | None:
    """An instant out of a file: with a zone, or taken as UTC; None where it is not one."""
    try:
        found = value if isinstance(value, datetime) else parse_datetime(str(value or ""))
    except ValueError:
        return None
    if found is None or found.tzinfo is not None:
        return found
    return found.replace(tzinfo=UTC)
