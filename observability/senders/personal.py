"""Values of columns that a component's contract calls personal are hidden in what it sends.

Whoever logs a row's e-mail address as `email` means the column of that name. What the contract says
is asked once a minute for each component.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string

from observability.logs.stores.base import LogLine, StoreError
from observability.traces.stores.base import SpanLine
from portal import masks

REMEMBERED = 60.0  # seconds
MOST = 5_000  # components
Row = TypeVar("Row", LogLine, SpanLine)
_known: dict[str, tuple[float, frozenset[str]]] = {}


def columns(component: str) -> frozenset[str]:
    """The names of a component's personal columns, in small letters.

    StoreError where nobody knows yet: rather later than unhidden.
    """
    now = time.monotonic()
    known = _known.get(component)
    if known and now < known[0]:
        return known[1]
    ask: Callable[[str], Iterable[str]] = import_string(settings.PERSONAL_COLUMNS)
    try:
        names = frozenset(name.lower() for name in ask(component))
    except DatabaseError as error:
        if known:
            return known[1]
        raise StoreError("What is personal can't be asked now.", permanent=False) from error
    if len(_known) >= MOST:
        _known.clear()
    _known[component] = now + REMEMBERED, names
    return names


def forget() -> None:
    """Ask again at the next line; for tests, which change contracts faster than a minute."""
    _known.clear()


def hidden(rows: Iterable[Row]) -> list[Row]:
    """The same rows without values of personal columns of their components."""
    return [_hidden(row, names) if (names := columns(row.component)) else row for row in rows]


def _hidden(row: Row, names: frozenset[str]) -> Row:
    row = row._replace(
        message=masks.hide(row.message, names), attributes=_in_json(row.attributes, names)
    )
    if isinstance(row, SpanLine):
        row = row._replace(events=_in_json(row.events, names), name=masks.hide(row.name, names))
    return row


def _in_json(text: str, names: frozenset[str]) -> str:
    return json.dumps(_in_value(json.loads(text), names), ensure_ascii=False)


def _in_value(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return in_values(value, names)
    if isinstance(value, list):
        return [_in_value(one, names) for one in value]
    return masks.hide(value, names) if isinstance(value, str) else value


def in_values(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Attributes of a component; what is called like a column, alone or after a dot, is hidden."""
    return {
        key: masks.MASK if key.lower().rpartition(".")[2] in names else _in_value(value, names)
        for key, value in values.items()
    }
