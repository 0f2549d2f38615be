"""The port to what others put on the axis beside changes: the first time that a pattern of logs was
seen, for example.

`CHANGE_MARKS` in the settings names functions `(Scope) -> Iterable[Mark]`. One that breaks is left
out, and said in the log: the axis stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from portal.tones import Tone

log = logging.getLogger(__name__)
MOST = 200  # of one contributor
KIND = "log-pattern"  # what a filter by kind calls them
LABEL = "First of a log pattern"


@dataclass(frozen=True, slots=True)
class Scope:
    """What of: names that are empty do not narrow it down.

    `hidden` are components whose lines are not for whoever looks.
    """

    since: datetime
    until: datetime
    component: str = ""
    environment: str = ""
    team: str = ""
    client: str = ""
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A point on the axis that is no change, with where it leads."""

    at: datetime
    words: str
    url: str = ""
    tone: Tone = "warn"


class Contributor(Protocol):
    """Adds marks within a scope, at most `MOST`; a fixed number of queries by index."""

    def __call__(self, scope: Scope) -> Iterable[Mark]: ...


def marks(scope: Scope) -> list[Mark]:
    """What all contributors add, by time."""
    found: list[Mark] = []
    for name in settings.CHANGE_MARKS:
        try:
            contributor: Contributor = import_string(name)
            found += list(contributor(scope))[:MOST]
        except Exception:
            log.exception("%s put nothing on the axis", name)
    return sorted(found, key=lambda mark: mark.at)
