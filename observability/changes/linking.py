"""Between a change and what was said and done around it, both ways. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from observability.logs import linking
from observability.logs.spans import written

BEFORE, AFTER = timedelta(days=1), timedelta(hours=1)  # in which changes may matter to an instant
EDGE = timedelta(minutes=5)  # of what traces are looked at beside a change


@dataclass(frozen=True, slots=True)
class Beside:
    """Query strings of what a change's component said and did meanwhile, and a little around it."""

    logs: str
    traces: str


def around(at: datetime, component: str = "") -> str:
    """The query string for what changed around an instant; of everything without a component."""
    asked = {"component": component, "since": _second(at - BEFORE), "until": _second(at + AFTER)}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def beside(
    component: str, environment: str, *, began: datetime, ended: datetime | None, now: datetime
) -> Beside:
    """Of a change; in all environments where it was in none."""
    terms = [linking.field("component", component)]
    if environment:
        terms.append(linking.field("environment", environment))
    asked = {"component": component, "environment": environment, "since": written(began - EDGE)}
    until = (ended or now) + linking.AFTER
    if until <= now:
        asked["until"] = written(until)
    return Beside(
        logs=linking.around(*terms, began=began, ended=ended, now=now),
        traces=f"?{urlencode({name: value for name, value in asked.items() if value})}",
    )


def _second(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
