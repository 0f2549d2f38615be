"""The port to work that the floors above know more of than its spans say: executions of
transformations, with what they read, made and used.

`HEALTH_WORK` in the settings names a function `(Wanted) -> Executions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.tones import Tone

MOST = 2_000  # executions that are read; the newest


@dataclass(frozen=True, slots=True)
class Execution:
    """One try at a run. Seconds and bytes; None where it was not measured."""

    at: datetime
    title: str
    url: str
    tone: Tone
    state: str
    is_good: bool
    is_finished: bool
    waited: float | None
    seconds: float | None
    rows: float | None
    bytes: float | None
    cpu: float | None
    memory: float | None


@dataclass(frozen=True, slots=True)
class Executions:
    """The newest of a time, oldest first. `is_cut`: there were more."""

    rows: tuple[Execution, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which component, in which environment ("" is any), from when to before when."""

    component: str
    environment: str
    since: datetime
    until: datetime


def executions(wanted: Wanted) -> Executions:
    """A fixed number of queries by index, whatever the component has."""
    return cast(Callable[[Wanted], Executions], import_string(settings.HEALTH_WORK))(wanted)
