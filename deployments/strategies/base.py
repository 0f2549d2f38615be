"""The port of strategies: which steps put something live. Pure; floors above add none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

StepName = Literal["rules", "approval", "prepare", "switch", "confirm"]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a strategy may look at: versions as people say them, and how many must approve."""

    environment: str
    new: str  # "v3"
    old: str  # "v1", or "" where nothing is live
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step before it is one: what the worker looks up by `name`, and what people read."""

    name: StepName
    title: str
    note: str


class Strategy(Protocol):
    """A way from what is live to what should be."""

    name: str
    title: str
    note: str

    def steps(self, occasion: Occasion) -> tuple[StepPlan, ...]:
        """The steps in their order. The first is always `rules`: it was done when it was asked."""
