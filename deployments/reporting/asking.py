"""Which changes are reported: the same words in addresses, files and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from observability.dora import asking as dora
from observability.dora import windows
from observability.dora.windows import Window
from portal import navigation
from portal.errors import Refused
from portal.files.findings import listed
from portal.tones import Tone

FILTERS = ("environment", "component", "team", "approval", "days", "since", "until")
ALL = "all"


class Approval(StrEnum):
    """How a change stands to the rule of two people."""

    GIVEN = "given"
    NOT_ASKED = "not-asked"
    ROLLBACK = "rollback"
    NOT_GIVEN = "not-given"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return _SAID[self][0]

    @property
    def tone(self) -> Tone:
        return _SAID[self][1]

    @property
    def meaning(self) -> str:
        return _SAID[self][2]


_SAID: dict[Approval, tuple[str, Tone, str]] = {
    Approval.GIVEN: (
        "approved by others",
        "good",
        "By as many as were needed; nobody approves what they asked for.",
    ),
    Approval.NOT_ASKED: ("no approval asked for", "neutral", "The environment wanted none."),
    Approval.ROLLBACK: ("rollback", "info", "A way back waits for nobody."),
    Approval.NOT_GIVEN: (
        "not approved",
        "warn",
        "It waits for somebody, was refused, or ended before.",
    ),
    Approval.MISSING: ("live without its approval", "bad", "It needed one and went live without."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The changes of a window that were asked for in an environment, "" for all."""

    window: Window
    environment: str
    component: str = ""
    team: str = ""
    approval: Approval | None = None


def wanted(given: Mapping[str, str], now: datetime) -> Wanted:
    """Read the filters; what can't be meant is refused in words. Without any: production's."""
    words = {name: given.get(name, "").strip() for name in FILTERS}
    is_all = words["environment"] == ALL
    return Wanted(
        window=windows.asked(
            days=words["days"], since=words["since"], until=words["until"], now=now
        ),
        environment=""
        if is_all
        else dora.environment(words["environment"], navigation.environments()),
        component=words["component"],
        team=words["team"],
        approval=_approval(words["approval"]),
    )


def _approval(text: str) -> Approval | None:
    if text and text not in list(Approval):
        raise Refused(f"“{text}” is none of {listed(Approval)}.", field="approval")
    return Approval(text) if text else None
