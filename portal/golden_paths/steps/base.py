"""The port to what a golden path does, step by step. Floors above implement it; settings name them.

    GOLDEN_PATH_STEPS = {"transformation.register": "pipelines.transformations.steps.Register"}

A step translates in, calls one operation, translates out: what may be done is decided there.

**Exactly once.** The engine calls `do` and `undo` inside the transaction that also writes down that
it was done. A worker that is killed, at any moment, leaves neither; one that wakes up late finds
that the step is no longer its own and does nothing. So a step whose effects are rows needs to do
nothing for it. Whatever leaves the database (a call to another system) can't be taken back by it:
there `key` is sent along, the same at every attempt of this step of this instance.

A transaction is open meanwhile, so `do` returns within seconds. What takes longer is begun, and
`Waiting` says when to look again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from portal.accounts.models import User

Thing = tuple[str, str]  # (kind, name): ("client", "acme-travel")


class StepError(Exception):
    """The step could not be done. `permanent`: trying again would not help.

    `links` lead to what failed and to where it is mended. What a person has to change is
    `portal.errors.Refused`, as everywhere, and is permanent too.
    """

    def __init__(self, message: str, *, permanent: bool, links: tuple[Link, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.links = links


@dataclass(frozen=True, slots=True)
class Input:
    """What a step is given under a name, for whoever writes a path."""

    words: str
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A page that the step leads to."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Objection:
    """Why the step would be refused. `given` is the input that it is about, "" for none."""

    message: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that would change: shown line by line."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a step would do, in words; with objections it would not.

    `makes` are the things that later steps may count on; `outputs` are those that are known
    beforehand.
    """

    words: str
    makes: tuple[Thing, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()
    edit: Edit | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """It is done: in words, with what later steps may refer to, and where to look."""

    words: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """It is begun and not over. From `again_at` on it is called again, with `kept`."""

    words: str
    again_at: datetime
    kept: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[Link, ...] = ()


class Step(Protocol):
    """One kind of step. Its methods raise `Refused` or `StepError`; `plan` raises nothing."""

    title: str  # "Create a client": what a path shows where it names no title itself
    takes: Mapping[str, Input]
    gives: Mapping[str, str]  # the outputs: name -> what it is
    verb: str  # the permission that it needs, as the permission book calls it
    can_undo: bool

    def plan(
        self, *, given: Mapping[str, Any], by: User, now: datetime, ahead: frozenset[Thing]
    ) -> Plan:
        """What `do` would do for `by`. Writes nothing.

        `ahead` is what steps before this one would have made by then. All that is required is in
        `given`; of the rest, what is not known yet is left out.
        """

    def do(
        self,
        *,
        given: Mapping[str, Any],
        by: User,
        now: datetime,
        key: str,
        kept: Mapping[str, Any],
    ) -> Done | Waiting:
        """Do it, or look again whether it is over: then `kept` is what `Waiting` said last."""

    def undoing(self, *, given: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
        """What `undo` would do, completing a list: "Take away the client acme-travel"."""

    def undo(
        self,
        *,
        given: Mapping[str, Any],
        outputs: Mapping[str, Any],
        by: User,
        now: datetime,
        key: str,
        reason: str,
    ) -> Done:
        """Take it back. `outputs` are those of `Done`, or `kept` where it was still waiting."""
