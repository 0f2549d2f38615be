"""The port to where clients take data. An adapter puts one file at one path, whole or not at all.

The order is the caller's: `prepare` may take long and shows nothing to the client; `publish` is
one quick act, made while the database says that this delivery may still leave the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.connections.sources.base import NONE, Options, Trial


class DestinationError(Exception):
    """It could not be put there, in a sentence. `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Parcel:
    """One try at a delivery. `rank` orders what may stand at `path`; `attempt` orders the tries."""

    address: str
    path: str
    content: Path
    rank: str
    attempt: int
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` left behind, ready to be published; `checksum` is of the bytes written."""

    handle: str
    location: str
    bytes: int
    checksum: str


class Destination(Protocol):
    """A kind of destination."""

    def prepare(self, parcel: Parcel) -> Prepared:
        """Bring the bytes as near as they can get without showing them."""
        ...

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Show them, in one act. A parcel that was cleared meanwhile is a DestinationError."""
        ...

    def standing(self, parcel: Parcel) -> str:
        """The checksum of what the client sees at this path now; "" where there is nothing."""
        ...

    def clear(self, parcel: Parcel, *, including_own: bool) -> None:
        """Remove what older tries left unpublished, so that a worker that wakes late can't."""
        ...

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Reach it without leaving anything there. DestinationError where it can't be used."""
        ...
