"""How often someone may try to sign in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
# Five wrong passwords for one name from one place; fifty from one place, whatever the name.
PER_NAME = 5
PER_ADDRESS = 50
# Ways to the identity provider that begin at one place, and none of them comes back
BEGINS = 100


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries within the window from one address, the present one included."""

    for_name: int
    in_all: int

    @property
    def are_too_many(self) -> bool:
        return self.for_name > PER_NAME or self.in_all > PER_ADDRESS

    @property
    def just_became_too_many(self) -> bool:
        return self.for_name == PER_NAME + 1
