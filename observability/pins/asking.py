"""Asking the store of a pinned query: what it can't do is refused in words, and one that is away is
left alone for a while, so that a page with many queries does not wait for it many times.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from observability.logs.stores.base import StoreError
from observability.series.stores import registry
from observability.series.stores.base import Exemplar, Expression, Line, TooMuch
from portal.accounts.models import User
from portal.errors import Away, NotAllowed, Refused

REST = 15.0  # seconds
_away: dict[str, tuple[float, str]] = {}  # by what was asked: until when, and what it said


def require_store(store: str) -> None:
    if store in registry.sources():
        return
    if store not in registry.ADAPTERS:
        known = ", ".join(registry.ADAPTERS)
        raise Refused(f"There is no store “{store}”: there are {known}.", field="store")
    raise Refused(
        "No Prometheus is named here: whoever runs Slipway sets SLIPWAY_PROMETHEUS_URL."
        if store == registry.PROMETHEUS
        else "Metrics are kept by Prometheus here: ask that.",
        field="store",
    )


def require_scope(store: str, by: User) -> None:
    """Where nothing tells components apart, a query reads all that is there: not for every team."""
    if store == registry.PROMETHEUS and not settings.PROMETHEUS["component"] and not by.is_platform:
        raise NotAllowed(
            "No label tells components apart in this Prometheus, so a query of it reads every "
            "team's metrics: the platform role can pin one. Whoever runs Slipway names the label "
            "in SLIPWAY_PROMETHEUS_COMPONENT.",
            field="store",
        )


def forget() -> None:
    """Ask each store again at once."""
    _away.clear()


def answer(store: str, expression: Expression, by: User) -> list[Line]:
    """Lines; Refused where the query makes no sense, Away where the store does not answer.

    `by` wrote it. Every store answers of the expression's component alone, where it can.
    """
    require_store(store)
    require_scope(store, by)
    with _told(store):
        return registry.source(store).evaluate(expression)


def exemplars(store: str, expression: Expression, most: int) -> list[Exemplar]:
    """Traces in which its values came. It is asked for when its lines were answered.

    Where only these are away, only these are left alone.
    """
    with _told(f"{store} exemplars"):
        return registry.source(store).exemplars(expression, most=most)


@contextmanager
def _told(asked: str) -> Iterator[None]:
    until, said = _away.get(asked, (0.0, ""))
    if time.monotonic() < until:
        raise Away(said)
    try:
        yield
    except Refused as refused:
        raise Refused(refused.message, field="query") from refused
    except TooMuch as much:
        raise Refused(much.message, field="query") from much
    except StoreError as error:
        if error.permanent:
            raise Refused(error.message, field="query") from error
        _away[asked] = time.monotonic() + REST, error.message
        raise Away(error.message) from error
