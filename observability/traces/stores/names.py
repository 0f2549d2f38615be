"""Which operations of a component are counted by themselves: so many in a day, whoever counts.

Names and environments are what a sender writes, and one with an identity in it must not fill a
table. What was counted in a day is looked up under a lock of the transaction, so all processes
together tell no more apart than one may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection, transaction

from observability.traces.models import SpanVolume
from observability.traces.steps import STEPS

MOST = 200  # operations by environment, of a component in a day
MOST_ENVIRONMENTS = 20  # of those
OTHERS = "(others)"
MOST_KNOWN = 2_000  # days of components that a process remembers
DAY = timedelta(days=1)
Pair = tuple[str, str]  # environment, operation
Of = tuple[str, int]  # component, days since 1970
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 31))"


@dataclass(slots=True)
class Told:
    """What is told apart of a component in a day."""

    pairs: set[Pair] = field(default_factory=set)
    environments: set[str] = field(default_factory=set)
    named: int = 0

    def called(self, pair: Pair) -> Pair:
        """Under which names it is counted."""
        environment, name = pair
        if pair in self.pairs:
            return pair
        if environment not in self.environments and len(self.environments) >= MOST_ENVIRONMENTS:
            return OTHERS, OTHERS
        return pair if name != OTHERS and self.named < MOST else (environment, OTHERS)

    def knows(self, pair: Pair) -> bool:
        """Nothing needs to be looked up to say how it is called."""
        called = self.called(pair)
        return called in self.pairs or called == (OTHERS, OTHERS)

    def add(self, pair: Pair) -> None:
        environment, name = pair
        if pair not in self.pairs:
            self.pairs.add(pair)
            self.named += name != OTHERS
        if environment != OTHERS:
            self.environments.add(environment)


class Names:
    """What a process remembers of it."""

    def __init__(self) -> None:
        self._known: dict[Of, Told] = {}

    def told(self, wanted: Mapping[Of, Iterable[Pair]]) -> dict[Of, Told]:
        """How all of these are called; in the transaction that counts them."""
        found: dict[Of, Told] = {}
        for of in sorted(wanted):  # one order of locks
            pairs = sorted(wanted[of])
            known = self._known.get(of)
            if known is None or not all(map(known.knows, pairs)):
                known = _decided(of, pairs)
                transaction.on_commit(partial(self._remember, of, known))  # else it is not so
            found[of] = known
        return found

    def _remember(self, of: Of, told: Told) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known = {}
        self._known[of] = told


def _decided(of: Of, pairs: Iterable[Pair]) -> Told:
    """As the table has it, and with these as far as there is room."""
    component, day = of
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [component])
    since = datetime.fromtimestamp(0, UTC) + day * DAY
    rows = SpanVolume.objects.filter(
        component=component, step=STEPS[-1], at__gte=since, at__lt=since + DAY
    )
    told = Told()
    for pair in rows.values_list("environment", "name").distinct():
        told.add(pair)
    for pair in pairs:
        told.add(told.called(pair))
    return told
