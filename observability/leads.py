"""Where a log line or a span leads: its trace at its span, its run, delivery and deployment, its
component, what changed around it. Each is one click away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.urls import reverse

from observability import named
from observability.changes import linking as changes
from observability.instrumentation.keys import ATTRIBUTES
from observability.logs.stores.base import StoreError
from observability.traces.stores.registry import store as trace_store
from portal.catalog import queries as catalog

DELIVERY, CLIENT = ATTRIBUTES["delivery_id"], ATTRIBUTES["client"]
ICONS = {"run": "run", "delivery": "send", "deployment": "deploy", "client": "client"}
ANCHOR = "#opened"  # the span that is opened, on the page of its trace


class Record(Protocol):
    """What a line and a span say of where they belong."""

    @property
    def at(self) -> datetime: ...
    @property
    def component(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def deployment_id(self) -> str: ...
    @property
    def attributes(self) -> Mapping[str, object]: ...


class Line(Record, Protocol):
    """A line stands in a span, too."""

    @property
    def trace_id(self) -> str: ...
    @property
    def span_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Lead:
    """Something that a record belongs to; `noun` is what it is, `name` how the record calls it."""

    noun: str
    name: str
    words: str
    url: str
    icon: str


def of_line(line: Line) -> list[Lead]:
    """Its trace first: that shows what went on when it was written."""
    return [*_trace(line.trace_id, line.span_id), *of(line)]


def of(record: Record) -> list[Lead]:
    """What there is a page of; at most one query for each noun."""
    names = {
        "run": record.run_id,
        "delivery": str(record.attributes.get(DELIVERY) or ""),
        "deployment": record.deployment_id,
        "client": str(record.attributes.get(CLIENT) or ""),
    }
    pages = named.pages(names)
    found = [
        Lead(noun, names[noun], page.words, page.url, ICONS[noun]) for noun, page in pages.items()
    ]
    component = "".join(catalog.known([record.component]))
    if component:
        page = reverse("portal:component-detail", args=[component])
        found.append(Lead("component", component, component, page, "catalog"))
    around = reverse("observability:change-list") + changes.around(record.at, component)
    return [*found, Lead("changes", "", "Changes around it", around, "change")]


def _trace(trace_id: str, span_id: str) -> list[Lead]:
    """None where no span of it came: a link that leads nowhere costs whoever is in a hurry."""
    if not trace_id:
        return []
    try:
        if not trace_store().trace(trace_id, most=1):
            return []
    except StoreError:
        pass  # its page says so, and may be asked again
    page = reverse("observability:trace-detail", args=[trace_id])
    if not span_id:
        return [Lead("trace", trace_id, "Its trace", page, "trace")]
    opened = f"{page}?span={span_id}{ANCHOR}"
    return [
        Lead("trace", trace_id, "Trace at its span", opened, "trace"),
        Lead("span", span_id, "", opened, "trace"),
    ]
