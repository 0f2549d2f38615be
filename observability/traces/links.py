"""What a span leads to, and what it says, in the order in which somebody asks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from observability.logs import asking
from observability.logs.stores.base import Found as Line
from observability.partitions.days import WARNING
from observability.traces.stores.base import Found
from portal.figures import duration
from portal.tones import Tone

MOST = 6  # things of each kind in the head of a page
FIRST = ("slipway.", "deployment.", "db.", "http.", "url.", "error", "exception")


@dataclass(slots=True)
class Links:
    """Numbers of what the trace is about, as their pages have them, and components by name."""

    runs: list[int] = field(default_factory=list)
    deployments: list[int] = field(default_factory=list)
    deliveries: list[int] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)


def of(spans: Iterable[Found]) -> Links:
    """What these spans name, each once, as they come."""
    found = Links()
    for span in spans:
        for key, numbers in (
            ("slipway.run", found.runs),
            ("slipway.deployment", found.deployments),
            ("slipway.delivery", found.deliveries),
        ):
            number = span.attributes.get(key)
            if isinstance(number, int) and number not in numbers and len(numbers) < MOST:
                numbers.append(number)
        for name, names in (
            (span.component, found.components),
            (span.environment, found.environments),
        ):
            if name and name not in names and len(names) < MOST:
                names.append(name)
    return found


def tone(severity: int) -> Tone:
    """How much a glance should stop at a line of this severity."""
    if severity >= 17:
        return "bad"
    return "warn" if severity >= WARNING else "neutral"


def pairs(span: Found) -> list[tuple[str, str]]:
    """The attributes of a span as words, what is ours first; its resource's last."""
    own = {key: value for key, value in span.attributes.items() if key != "resource"}
    resource = span.attributes.get("resource")
    shown = sorted(_flat(own), key=lambda pair: (_rank(pair[0]), pair[0]))
    if isinstance(resource, Mapping):
        shown += sorted(_flat(resource))
    return shown


def _flat(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key, _said(value)) for key, value in values.items()]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return str(value)


def _rank(key: str) -> int:
    return next((n for n, begin in enumerate(FIRST) if key.startswith(begin)), len(FIRST))


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a span: how long after its beginning, how grave, what; `key` is its address."""

    after: str
    tone: Tone
    line: Line
    key: str


def told(lines: Iterable[Line], began: datetime) -> list[Told]:
    """Lines as they are shown beside a span that began then."""
    return [
        Told(_after((line.at - began).total_seconds()), tone(line.severity), line, asking.key(line))
        for line in lines
    ]


def _after(seconds: float) -> str:
    if abs(seconds) < 60:
        return f"{seconds:+.3f}"
    return f"{'−' if seconds < 0 else '+'}{duration(abs(seconds))}"
