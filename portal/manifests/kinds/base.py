"""The port to what can be kept in files. Floors implement it; settings name their kinds.

    MANIFEST_KINDS = {"Team": "portal.accounts.manifests.Teams"}

A kind translates: a document into fields, what is there into the same fields, and a step of a plan
into the operations that exist. What may be done is decided by those operations; a kind only says
beforehand what they would say.

**Fields.** A thing is a flat mapping of names to plain values. A document owns the fields that it
names, and no others: what it leaves out stays as it is. Two mappings are compared name by name, so
a kind brings values into one form on both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from pydantic import BaseModel

    from portal.accounts.models import User
    from portal.files.document import Document
    from portal.files.findings import Finding
    from portal.manifests.world import World

Path = tuple[str | int, ...]
Key = tuple[str, str]  # (kind, name): ("Team", "airline-data")
Fields = dict[str, Any]
Action = Literal["create", "change", "keep", "remove", "leave"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another thing that must be there, by a document or already; `path` says who names it.

    What is not needed is only looked up, for `refusals`.
    """

    kind: str
    name: str
    path: Path = ()
    is_needed: bool = True

    @property
    def key(self) -> Key:
        return (self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One document of a file, read: what it says of one thing, and where it stands."""

    kind: str
    name: str
    file: str
    line: int
    document: Document
    text: str  # the document's own lines

    @property
    def key(self) -> Key:
        return (self.kind, self.name)

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document.data
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after. `is_drift`: it was changed elsewhere, not in the file.

    `kept` is before and after as it is stored, where a plan tells more: fingerprints of secrets.
    """

    field: str
    before: Any
    after: Any
    is_drift: bool = False
    kept: tuple[Any, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "is_drift": self.is_drift,
        }

    def as_kept(self) -> dict[str, Any]:
        """For whoever reads later what was applied."""
        before, after = self.kept or (self.before, self.after)
        return {**self.as_json(), "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document, with the place in it."""

    message: str
    path: Path = ()
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Farewell:
    """What becomes of a thing that is in no file any more: `how` in words, or why it stays."""

    words: str
    stays: bool = False


@dataclass(slots=True)
class Task:
    """A step of a plan at its turn: the thing, what is to be so, and what differs from it.

    `text` is the document; `secrets` are the values of references, by `env:NAME` and `file:PATH`.
    """

    key: Key
    wanted: Fields
    present: Fields | None
    differing: Collection[str]
    text: str
    by: User
    now: datetime
    reason: str
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.key[1]

    def given(self, *names: str) -> Fields:
        """Those of the wanted fields that differ."""
        return {name: self.wanted[name] for name in names if name in self.differing}


class Kind(Protocol):
    """One kind of thing that documents can describe. Queries are of all names at once."""

    name: str  # "Team": what documents say
    noun: str  # "team": what sentences say
    file: str  # where `export` puts it: "teams.yaml", or a folder with "{name}" in it
    model: type[BaseModel]  # the shape of a document
    leaving: str  # the permission that `leave` asks for; "" where nothing is ever taken away
    is_set_back: bool  # what was changed elsewhere is as the file says after the next apply

    def problems(self, manifest: Manifest) -> Iterable[Problem]:
        """What is wrong beside the shape. Asked only where the shape is right."""

    def problems_inside(self, manifest: Manifest, present: Fields | None) -> Iterable[Finding]:
        """What takes longer to find; nothing where the content is there already."""

    def fields(self, data: Mapping[str, Any]) -> Fields:
        """What a document of the right shape says, in the form in which things are compared."""

    def references(self, data: Mapping[str, Any]) -> Iterable[Reference]:
        """What else must be there."""

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        """What is there, by name: of these names, or all. As many queries for one as for many."""

    def ahead(self, manifest: Manifest, world: World) -> Fields | None:
        """How it will be at its turn, where the document of another kind makes it before."""

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        """The name of the team that answers for it; None: only the platform role does.

        `fields` are those that are there, or where nothing is, those that are wanted.
        """

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterable[Difference]:
        """What of the fields that the document names is otherwise."""

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterable[str]:
        """Why doing it would be refused, in words, by what is in `world`.

        What it asks the database beside, it asks once for all, and notes it in the world.
        """

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        """What `leave` would do with each of these."""

    def seen(self, name: str, fields: Fields, world: World) -> Fields:
        """These fields as the person may read them: of some, who may change them sees more."""

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        """The document that says these fields; text where it is a file of its own."""

    def do(self, task: Task) -> None:
        """Make it so, by the operations that exist. Raises Refused."""

    def leave(self, task: Task) -> None:
        """Take away what is in no file any more, as `farewells` said. Raises Refused."""
