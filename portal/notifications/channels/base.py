"""The port to what carries a message outside: mail, and what teams read together.

In the page nothing is carried: there the row itself is the message (see operations/folding.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.notifications.wording import Letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way: what it says, where to, and what stays the same on every try."""

    letter: Letter
    address: str  # a mail address, or the address of a channel with its token
    name: str  # of the reader, where it is a person
    reference: str  # the same on every try: readers' programs know a repetition by it
    thread: str  # the same for everything about one matter, "" for none
    written_at: datetime


class ChannelError(Exception):
    """It did not get there, in words that can be shown.

    `permanent`: trying again can't help. `is_down`: the server does not answer at all.
    """

    def __init__(self, message: str, *, permanent: bool = False, is_down: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.is_down = is_down


class Carrier(Protocol):
    """Sends, or raises a ChannelError. It may be called again with the same parcel."""

    def send(self, parcel: Parcel) -> None: ...
