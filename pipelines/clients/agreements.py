"""When what a client may rely on changed, out of the versions that were live. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from pipelines.transformations import compatibility
from pipelines.transformations.compatibility import Comparison

Contract = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Lived:
    """A version that went live, with its contract; `url` is its deployment."""

    number: int
    at: datetime
    contract: Contract
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The contract of one version in place of another's."""

    old: int
    new: int
    at: datetime
    url: str
    comparison: Comparison

    @property
    def is_breaking(self) -> bool:
        return bool(self.comparison.breaking)


def turns(lived: Sequence[Lived]) -> list[Turn]:
    """Where the contract changed, newest first; `lived` is newest first, too."""
    found = []
    for new, old in pairwise(lived):
        comparison = compatibility.compare(old.contract, new.contract)
        if comparison.changed:
            found.append(Turn(old.number, new.number, new.at, new.url, comparison))
    return found
