"""The port to names that a path offers. Floors above implement it; settings name them.

GOLDEN_PATH_NAMES = {"client": "pipelines.connections.names.Clients"}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that is offered, with what helps to tell it from others."""

    name: str
    note: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} ({self.note})" if self.note else self.name


class Names(Protocol):
    """The names of one kind of things, as this person may use them."""

    noun: str

    def offered(self, *, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
        """Names that `by` may use (and do `verb` to, where it is not ""), by name."""

    def refusal(self, *, name: str, by: User, verb: str) -> str:
        """Why `by` may not use this one, and who can help; "" where all is well."""

    def taken(self, *, name: str) -> str:
        """Why this can't be the name of a new one; "" where it can."""
