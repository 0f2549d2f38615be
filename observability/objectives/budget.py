"""What is left of a promise: a share that was kept, and the part of the allowed failures. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from observability.objectives.base import Counted
from portal.tones import Tone

LOW = 0.25  # of the budget: from here on it is a warning


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise was kept in a time. `share` and `left` are None where nothing was measured.

    `left` is the part of the allowed failures that was not used: 1 is all, below 0 is overspent.
    """

    counted: Counted
    share: float | None
    left: float | None

    @property
    def said(self) -> tuple[Tone, str, str]:
        """Tone, icon, words."""
        if self.share is None or self.left is None:
            return "neutral", "neutral", "no data"
        if self.left < 0:
            return "bad", "bad", "broken"
        if self.left < LOW:
            return "warn", "warn", "little left"
        return "good", "good", "kept"


def standing(counted: Counted, target: float) -> Standing:
    """Nothing measured is nothing known: never a hundred per cent."""
    if not counted.total:
        return Standing(counted, None, None)
    share = counted.good / counted.total
    return Standing(counted, share, 1 - (1 - share) / (1 - target))
