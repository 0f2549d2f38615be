"""Destinations that steps of a golden path will have made before others use them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from portal.golden_paths.steps.base import Thing

DESTINATION = "destination to come"


@dataclass(frozen=True, slots=True)
class Coming:
    """What a destination will be, by names."""

    name: str
    kind: str
    client: str
    team: str

    @property
    def things(self) -> tuple[Thing, ...]:
        """How the step that makes it tells those after it."""
        words = json.dumps([self.name, self.kind, self.client, self.team])
        return (("destination", self.name), (DESTINATION, words))


def destination(name: str, ahead: Iterable[Thing]) -> Coming | None:
    """The destination of this name, where a step will have made it by then."""
    found = [Coming(*json.loads(words)) for kind, words in ahead if kind == DESTINATION]
    return next((one for one in found if one.name == name), None)
