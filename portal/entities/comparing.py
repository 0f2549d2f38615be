"""What a file declares of a component beside what is here and what was seen, with what mends it.

What was seen comes from the graph (`portal/graph`), which asks every floor: the service map and
lineage among them; and from who sends the component's telemetry (`portal/claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import Team, User
from portal.catalog.models import Component, Dependency
from portal.claims import queries as claims
from portal.descriptors import mending, refs
from portal.descriptors.mending import Fix
from portal.entities.models import Entity
from portal.entities.queries import owners
from portal.graph import queries as graph
from portal.graph.queries import Wanted
from portal.graph.things import Graph, Key


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who answers for it: by the file, here, and by who sends its telemetry."""

    said: str  # the reference in the file, "" where it has none
    team: Team | None  # that stands behind it here
    here: Team
    sender: claims.Sender | None

    @property
    def differs(self) -> bool:
        return self.team is None or self.team.pk != self.here.pk

    @property
    def is_sent_by_others(self) -> bool:
        """Its telemetry comes from a person who is in none of these teams."""
        if self.sender is None:
            return False
        return self.here.name not in self.sender.teams


@dataclass(frozen=True, slots=True)
class Tie:
    """One other thing: what the file, the portal and the telemetry say of it."""

    kind: str
    name: str
    is_needed: bool  # it stands upstream
    in_file: bool
    is_declared: bool  # by hand, here
    is_seen: bool

    @property
    def tone(self) -> str:
        return "good" if self.in_file and self.is_seen else "neutral" if self.in_file else "warn"

    @property
    def words(self) -> str:
        if self.in_file and self.is_seen:
            return "declared and seen"
        if self.in_file:
            return "declared, not seen"
        return "seen, not in the file" if self.is_seen else "declared here, not in the file"


@dataclass(frozen=True, slots=True)
class Compared:
    """Both, and the change of the file that would make it say what is seen."""

    ownership: Ownership
    ties: tuple[Tie, ...]
    fix: Fix | None


def compared(one: Entity, component: Component, *, by: User, now: datetime) -> Compared:
    """A component that a file describes; `by` sees what they may see of the graph."""
    said = Ownership(
        said=one.owner,
        team=owners([one.owner]).get(one.owner),
        here=component.team,
        sender=claims.sender(component),
    )
    center = ("component", component.name)
    found = graph.graph(Wanted(center=center, depth=1), by=by, now=now)
    ties = tuple(_ties(found, center, component))
    return Compared(said, ties, None if one.is_broken else _fix(one, said, ties))


def _ties(found: Graph, center: Key, component: Component) -> list[Tie]:
    rows = Dependency.objects.filter(component=component).values_list("kind", "name", "source")
    by_source: dict[str, set[Key]] = {}
    for kind, name, source in rows:
        by_source.setdefault(source, set()).add((kind, name))
    ties: dict[Key, Tie] = {}
    for edge in found.edges:
        if center not in edge.ends:
            continue
        other = edge.source if edge.target == center else edge.target
        held = ties.get(other)
        ties[other] = Tie(
            kind=other[0],
            name=other[1],
            is_needed=edge.target == center or bool(held and held.is_needed),
            in_file=other in by_source.get(Dependency.Source.FILE, ()),
            is_declared=other in by_source.get(Dependency.Source.DECLARED, ()),
            is_seen=edge.is_seen or bool(held and held.is_seen),
        )
    return [tie for tie in ties.values() if tie.is_needed or tie.in_file]


def _fix(one: Entity, said: Ownership, ties: tuple[Tie, ...]) -> Fix | None:
    """The owner that answers here, and what it was seen to need, in the file's own words."""
    owner = ""
    if said.differs and not said.here.is_nobody:
        owner = f"group:{refs.DEFAULT}/{said.here.name}"
    missing = [tie for tie in ties if tie.kind == "component" and tie.is_seen and not tie.in_file]
    known = dict(
        Entity.objects.filter(component__name__in=[tie.name for tie in missing]).values_list(
            "component__name", "ref"
        )
    )
    more = [known.get(tie.name, f"component:{refs.DEFAULT}/{tie.name}") for tie in missing]
    spec = one.data.get("spec")
    given = spec.get("dependsOn") if isinstance(spec, dict) else None
    kept = [str(each) for each in given] if isinstance(given, list) else []
    depends_on = [*kept, *sorted(more)] if more else []
    return mending.fix(one.text, path=one.path, line=one.line, owner=owner, depends_on=depends_on)
