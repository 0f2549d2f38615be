"""Questions about metrics, whatever store keeps them, and who may ask: as of log lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from observability.logs.queries import require_reading, told
from observability.series import limits
from observability.series.stores.base import Asked, Line, Named, TooMuch
from observability.series.stores.registry import store
from portal.accounts.models import User
from portal.errors import Refused


def names(component: str, by: User) -> list[Named]:
    """The metrics of a component, by name."""
    require_reading([component], by)
    with _told():
        return store().names(component)


def labels(component: str, name: str, by: User) -> Mapping[str, list[str]]:
    """Which labels a metric has, and their values."""
    require_reading([component], by)
    with _told():
        return store().labels(component, name)


def lines(asked: Asked, by: User) -> list[Line]:
    """The answer to a question, refused in words where it makes no sense or is too long."""
    require_reading([asked.component], by)
    limits.require(asked)
    with _told():
        return store().ask(asked)


@contextmanager
def _told() -> Iterator[None]:
    """What the store can't do, as a refusal."""
    try:
        with told():
            yield
    except TooMuch as much:
        raise Refused(much.message) from much
