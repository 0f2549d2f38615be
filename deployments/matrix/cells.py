"""How far the environments of one component lie apart, and what may go on from where. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Served:
    """What one environment serves: the number of its version, 0 where it serves nothing."""

    environment: str
    number: int = 0
    is_rejected: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """How an environment stands to the one before it that serves something.

    `steps` versions lie between them: below zero, it serves an older one than the one before.
    """

    before: str
    number: int  # what the one before serves
    steps: int | None  # None: nothing is served here
    may_follow: bool  # what the one before serves could be planned for here

    @property
    def words(self) -> str:
        """ "2 behind staging", "1 ahead of staging", "not here yet"."""
        if self.steps is None:
            return f"not here yet, {self.before} has v{self.number}"
        if self.steps < 0:
            return f"{-self.steps} behind {self.before}"
        return f"{self.steps} ahead of {self.before}"

    @property
    def is_behind(self) -> bool:
        return self.steps is None or self.steps < 0


def gaps(places: Sequence[Served]) -> dict[str, Gap]:
    """The gaps of a component by environment; `places` in the order of promotion.

    An environment that stands level with the one before it has none, and one that serves nothing
    only says so where the next one down serves something.
    """
    return dict(_gaps(places))


def _gaps(places: Sequence[Served]) -> Iterator[tuple[str, Gap]]:
    before: Served | None = None
    below = Served("")
    for place in places:
        if before and place.number != before.number and (place.number or below.number):
            steps = place.number - before.number if place.number else None
            may_follow = not before.is_rejected and (steps is None or steps < 0)
            yield place.environment, Gap(before.environment, before.number, steps, may_follow)
        below = place
        if place.number:
            before = place
