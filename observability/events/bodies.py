"""Reading what others wrote: fields that may be missing, times in every form, names cut. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MOST = 1024 * 1024  # bytes of a request
MOST_EVENTS = 100  # in one batch
DEEP = 40


class Unreadable(Exception):
    """A body that is no event of this kind, in a sentence; `status` is of HTTP."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message, self.status = message, status


def parsed(data: bytes) -> Any:
    """JSON that the database can keep."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The body is not JSON.") from error
    return _kept(found, 0)


def _kept(value: Any, depth: int) -> Any:
    """Without what PostgreSQL keeps nowhere: NUL, lone surrogates, numbers that are none."""
    if depth > DEEP:
        raise Unreadable(f"The body is nested more than {DEEP} deep.")
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_kept(key, depth): _kept(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_kept(inner, depth + 1) for inner in value]
    return (
        None
        if isinstance(value, float) and value in {float("inf"), float("-inf")}
        else _number(value)
    )


def _number(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def text(value: Any, most: int = 200) -> str:
    """A string, cut; numbers are written, anything else is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()[:most]


def needed(value: Any, name: str, most: int = 200) -> str:
    found = text(value, most)
    if not found:
        raise Unreadable(f"{name} is missing.")
    return found


def instant(value: Any) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; None where it is no time."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        found = datetime.fromisoformat(str(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def first_line(value: Any) -> str:
    return text(value, 10_000).split("\n", 1)[0][:200]


def repository(url: Any) -> str:
    """ "acme/checkout", whether it was "git@host:acme/checkout.git" or an address."""
    found = text(url, 400).removesuffix("/").removesuffix(".git")
    if "://" in found:
        found = found.split("://", 1)[1].partition("/")[2]
    elif ":" in found:
        found = found.split(":", 1)[1]
    return found.strip("/")[:200]
