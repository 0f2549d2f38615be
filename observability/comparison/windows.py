"""Equal times before and after a switch, each of one release. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.figures import duration

LONGEST = timedelta(days=7)
MOST = 20  # deployments that are looked back at, and ahead to


@dataclass(frozen=True, slots=True)
class Switch:
    """A deployment that began to serve; `name` is how the axis calls one of ours, "" for others.

    `content` is the commit of one from outside: a release may be called as the one before was.
    """

    at: datetime
    release: str
    kind: str
    name: str
    content: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A time, its end excluded, in which one release served; `names` are its deployments."""

    since: datetime
    until: datetime
    release: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both times. `before` is None where nothing served before; `is_open` while time adds to it."""

    before: Side | None
    after: Side
    is_open: bool

    @property
    def length(self) -> timedelta:
        return self.after.until - self.after.since

    @property
    def words(self) -> str:
        return f"{duration(self.length)} on each side of the switch"


def sides(this: Switch, earlier: Sequence[Switch], later: Sequence[Switch], now: datetime) -> Sides:
    """Around a switch: `earlier` ones newest first, `later` ones oldest first.

    A time ends where another release takes over, and no later than now; both are as long as the
    shorter one, at most a week. What only configures a release does not end its time, unless
    configurations are what is compared: then each stands for itself, on both sides.
    """
    is_same = not _configures(this, earlier)
    after_ones = [this, *_run(this, later, is_same=is_same)]
    ends = later[len(after_ones) - 1].at if len(later) >= len(after_ones) else None
    longest = (ends or max(now, this.at)) - this.at
    before_ones = [earlier[0], *_run(earlier[0], earlier[1:], is_same=is_same)] if earlier else []
    if before_ones:
        longest = min(longest, this.at - before_ones[-1].at)
    length = min(longest, LONGEST)
    after = Side(this.at, this.at + length, this.release, tuple(one.name for one in after_ones))
    before = None
    if before_ones:
        names = tuple(one.name for one in before_ones)
        before = Side(this.at - length, this.at, before_ones[0].release, names)
    return Sides(before, after, is_open=ends is None and this.at + length >= now)


def _configures(this: Switch, earlier: Sequence[Switch]) -> bool:
    """Whether the release stays: also where a rollback goes back to another configuration of it."""
    if this.kind == "rollback":
        return bool(earlier) and _is_one(this, earlier[0])
    return this.kind == "configuration"


def _run(first: Switch, others: Sequence[Switch], *, is_same: bool) -> list[Switch]:
    """Those that go on with the release of the first one, up to the first that does not."""
    found: list[Switch] = []
    for other in others:
        if not is_same or not _is_one(first, other):
            break
        found.append(other)
    return found


def _is_one(first: Switch, other: Switch) -> bool:
    """Whether both put the same there. What nobody said of one of them tells nothing apart."""
    contents = {first.content, other.content} - {""}
    return first.release == other.release and len(contents) < 2
