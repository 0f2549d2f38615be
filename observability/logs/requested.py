"""Lines of one request, by the number that its page of an error shows; or those of one trace.

Both are 32 hexadecimal digits, and whoever pastes some seldom says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from observability.logs import linking
from observability.logs.language import Term
from observability.logs.stores.base import StoreError
from observability.traces.stores.registry import store as trace_store
from portal.search.things import Hit

NUMBER = re.compile(r"[0-9a-f]{32}")


def address(text: str, now: datetime) -> str | None:
    """Where to look for what is nothing but such a number; None for everything else.

    As long back as lines are kept: an index finds them, and the page may be an old one.
    """
    number = _number(text)
    if not number:
        return None
    if _is_trace(number):
        return _lines(linking.field("trace", number), now)
    return _lines(linking.attribute("request_id", number), now)


def hits(text: str) -> Iterator[Hit]:
    """Its trace or its lines, for who types the number where things are found; one look."""
    number = _number(text)
    if not number:
        return
    if _is_trace(number):
        page = reverse("observability:trace-detail", args=[number])
        yield _hit("trace", "Trace", f"Trace {number}", page)
        return
    lines = _lines(linking.attribute("request_id", number), timezone.now())
    yield _hit("request", "Request", f"Logs of request {number}", lines)


def _number(text: str) -> str:
    number = text.strip().lower()
    return number if NUMBER.fullmatch(number) else ""


def _is_trace(number: str) -> bool:
    try:
        return bool(trace_store().trace(number, most=1))
    except StoreError:
        return False  # its lines are asked for all the same


def _lines(of: Term, now: datetime) -> str:
    return reverse("observability:log-list") + linking.lately(of, span="30d", now=now)


def _hit(kind: str, label: str, name: str, url: str) -> Hit:
    return Hit(
        kind=kind,
        kind_label=label,
        name=name,
        title="",
        text="",
        note="of the last 30 days",
        team="",
        url=url,
        icon="trace" if kind == "trace" else "log",
    )
