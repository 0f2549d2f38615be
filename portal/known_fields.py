"""What a body may say: the fields that are read of it, wherever they stand in it, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from rest_framework.serializers import DictField, ListField, ListSerializer, Serializer

from portal.errors import Refused
from portal.files.findings import nearest

LONGEST = 60  # characters of a name that is said back
MOST = 20  # findings that are told at once


def refuse_others(body: Serializer) -> None:
    """Refuse a field that nobody reads: the body would do what stands there without it."""
    found = list(islice(_unread(body, body.initial_data), MOST))
    if found:
        details: list[dict[str, object]] = [
            {"field": place, "message": message} for place, message in found
        ]
        place, message = found[0]
        raise Refused(message, field=place, details=details)


def _unread(field: Any, value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Each field that is not read, with the words about it; what has another shape is not ours."""
    if isinstance(field, Serializer) and isinstance(value, Mapping):
        known = [name for name, one in field.fields.items() if not one.read_only]
        for name, inner in value.items():
            below = _join(place, name[:LONGEST])
            if name in known:
                yield from _unread(field.fields[name], inner, below)
            else:
                yield below, _words(name[:LONGEST], place, known)
    elif isinstance(field, DictField) and isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _unread(field.child, inner, _join(place, name[:LONGEST]))
    elif isinstance(field, ListField | ListSerializer) and isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _unread(field.child, inner, _join(place, str(at)))


def _words(name: str, place: str, known: list[str]) -> str:
    where = f"in “{place}”" if place else "here"
    return (
        f"There is no field “{name}” {where}. There are: {', '.join(known)}.{nearest(name, known)}"
    )


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
