"""The port to where clients take data. An adapter puts one result there, whole or not at all.

The order is the caller's: `prepare` may take long and shows nothing to the client; `publish` is
one quick act, made while the database says that this delivery may still leave the house; `confirm`
hears how it went, where that is not known at once. `release` gives back what `prepare` kept open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from pipelines.connections.sources.base import NONE, Options, Trial
from pipelines.engines.base import Column

OF_KIND = ("format", "path", "table", "mode")  # what a file says of a delivery, by where it goes
KeepOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a receiver said: its status, after how many seconds, and the beginning of its words."""

    status: int | None = None
    seconds: float | None = None
    excerpt: str = ""


class DestinationError(Exception):
    """It could not be put there, in a sentence. `permanent`: trying again would not help.

    `again_after` are seconds that the other side wants us to wait. `is_place`: any delivery would
    fail there now, so the others had better wait; by default what is not permanent.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        again_after: float | None = None,
        is_place: bool | None = None,
        heard: Heard = Heard(),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.again_after = again_after
        self.is_place = not permanent if is_place is None else is_place
        self.heard = heard


class Outranked(DestinationError):
    """The destination itself says that something newer stands there."""

    def __init__(self) -> None:
        super().__init__("Something newer stands there already.", permanent=True, is_place=False)


class Changed(DestinationError):
    """It was prepared for what is not so any more; nothing is wrong with where it goes."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False, is_place=False)


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in the format that a destination converts to, and their columns."""

    content: Path
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """What rejected content put there for the same parameters, by the number of its delivery.

    `read` brings its rows, and is asked only where they are needed; None where they can't be read
    any more. `is_own`: it is of the same due time, so that nothing else will repair it.
    """

    delivery: int
    read: Callable[[], Rows | None]
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Parcel:
    """One try at a delivery. `rank` orders what may stand at `path`; `attempt` orders the tries.

    `id` is the same at every try. `columns` and `key` are those of the content, where it is a
    table's; `overrules` is the rank of rejected content, which may be replaced by what is older;
    `rejected` is what an upsert corrects where it comes late, newest first, and `untold` why that
    is not all, or ""; `about` says where it comes from; `keep_on` False means that nobody wants it
    any more.
    """

    address: str
    path: str
    content: Path
    rank: str
    attempt: int
    secret: str = ""
    former_secret: str = ""
    options: Options = field(default_factory=lambda: NONE)
    id: str = ""
    format: str = ""
    mode: str = ""
    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    overrules: str = ""
    rejected: tuple[Rejected, ...] = ()
    untold: str = ""
    about: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    keep_on: KeepOn = _always


@dataclass(frozen=True, slots=True)
class Late:
    """Something newer stood there, and rows were put beside it; all are numbers of rows.

    `added`: their key was missing. `corrected`: they were as rejected content had left them.
    `beside`: of rejected content, under keys that this one does not have; they still stand there.
    `untold` says why rejected rows could not be told from others, "" where all could.
    """

    added: int = 0
    corrected: int = 0
    beside: int = 0
    untold: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` left behind, ready to be published; `checksum` is of the bytes written.

    `late` is what the destination itself knows of something newer there; `kept` is what the adapter
    keeps open until it is released.
    """

    handle: str
    location: str
    bytes: int
    checksum: str
    late: Late | None = None
    kept: Any = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client sees at a path: the checksum of its bytes, "" where it can't be known.

    `late`: it is of what this delivery put there beside something newer.
    """

    checksum: str = ""
    late: Late | None = None


class Destination(Protocol):
    """A kind of destination.

    `has_places`: what is delivered replaces what stands at its path, and nothing older may; else
    each delivery is an event. `is_answered`: whether it worked is known by `confirm` only.
    `converts_to` is the format that it needs whatever the delivery says, or "". `asks` are those of
    OF_KIND that a delivery of a file may say here, each with what a new one says at first (""
    leaves it out); `{name}` stands for the transformation's.
    """

    asks: Mapping[str, str]
    has_places: bool
    is_answered: bool
    converts_to: str

    def problem(self, entry: Mapping[str, Any]) -> str:
        """Why this kind can't take such a delivery of a file, or ""."""
        ...

    def prepare(self, parcel: Parcel) -> Prepared:
        """Bring the bytes as near as they can get without showing them."""
        ...

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Show them, in one act. A parcel that was cleared meanwhile is a DestinationError."""
        ...

    def confirm(self, parcel: Parcel, prepared: Prepared) -> Heard:
        """Hear how it went. DestinationError where it did not work, or nobody knows."""
        ...

    def release(self, parcel: Parcel, prepared: Prepared) -> None:
        """Give back what was kept open, and remove what was not published of this try."""
        ...

    def standing(self, parcel: Parcel) -> Seen:
        """What the client sees at this path now, as far as it can be known."""
        ...

    def clear(self, parcel: Parcel, *, including_own: bool) -> None:
        """Remove what older tries left unpublished, so that a worker that wakes late can't."""
        ...

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Reach it without leaving anything there. DestinationError where it can't be used."""
        ...
