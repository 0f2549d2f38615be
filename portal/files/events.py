"""What a reader of YAML or JSON reports, piece by piece. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from portal.files.findings import Finding


class Unreadable(Exception):
    """The file can't be taken apart; the finding says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)  # not frozen: that takes three times as long, and there are many
class Mark:
    """A place in a text; all count from 0, and `index` is in characters."""

    line: int
    column: int
    index: int


class Event(NamedTuple):
    """The opening of a mapping or list, its end, or one scalar as it is written.

    `style` of a scalar: "" plain, the quote character, "|" or ">". Quoted and block scalars are
    text whatever they look like.
    """

    kind: Literal["map", "list", "end", "scalar"]
    start: Mark
    end: Mark
    value: str = ""
    style: str = ""

    @property
    def is_text(self) -> bool:
        return self.style != ""
