"""What someone wants to see: the same words in the address of the page, in files and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from observability.dora import windows
from observability.dora.figures import Metric, Per
from observability.dora.windows import Window
from observability.known_names import refuse_environment
from portal import navigation
from portal.errors import Refused

FILTERS = ("team", "component", "environment", "days", "since", "until", "per", "configuration")
PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deployments, of when, and how lead times are counted."""

    window: Window
    environment: str
    environments: tuple[str, ...] = ()  # what else could be chosen
    team: str = ""
    component: str = ""
    per: Per = Per.COMMIT
    has_configuration: bool = False  # changes of a configuration are counted, too


def asked(given: Mapping[str, str], now: datetime) -> Asked:
    """Read the filters; what can't be meant is refused in words. Without any: all of production."""
    words = {name: given.get(name, "").strip() for name in FILTERS}
    known = navigation.environments()
    return Asked(
        window=windows.asked(
            days=words["days"], since=words["since"], until=words["until"], now=now
        ),
        environment=environment(words["environment"], known),
        environments=tuple(name for name, _ in known),
        team=words["team"],
        component=words["component"],
        per=_per(words["per"]),
        has_configuration=words["configuration"] == "yes",
    )


def metric(text: str) -> Metric:
    """Which figure's rows to show; lead times where nothing was said."""
    if not text:
        return Metric.LEAD_TIME
    if text not in list(Metric):
        raise Refused(f"“{text}” is no figure: {', '.join(Metric)}.", field="figure")
    return Metric(text)


def environment(name: str, known: list[tuple[str, bool]]) -> str:
    """The one that was named, else the first from which clients are served."""
    if not name:
        return next((each for each, is_production in known if is_production), PRODUCTION)
    refuse_environment(name, dict(known))
    return name


def _per(text: str) -> Per:
    if text and text not in list(Per):
        raise Refused(f"“{text}” is no way to count lead times: {', '.join(Per)}.", field="per")
    return Per(text or Per.COMMIT)
