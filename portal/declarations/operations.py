"""What a service, library or API depends on, as its team says. Files say it for transformations."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component, Dependency
from portal.errors import Moved, Refused

KINDS = {"component": "Component", "database": "Database", "queue": "Queue", "host": "Outside host"}
MOST = 100  # of one component
LONGEST = 60


@kept("component.declare", "component", "component")
@transaction.atomic
def declare(
    *, component: Component, kind: str, name: str, by: User, now: datetime, takes: bool = False
) -> Dependency:
    """It calls that, or sends to that queue; with `takes` it takes from that queue."""
    access.require(by, "component.change", component)
    _refuse_files(component)
    name = name.strip()
    if kind not in KINDS:
        raise Refused(f"Choose one of {', '.join(KINDS)}.", field="kind")
    if not name or len(name) > LONGEST:
        raise Refused(f"Its name has 1 to {LONGEST} characters.", field="name")
    if kind == "component" and not Component.objects.filter(name=name).exists():
        raise Refused(f"There is no component called “{name}”.", field="name")
    held = Dependency.objects.filter(component=component, source=Dependency.Source.DECLARED)
    if len(held[:MOST]) == MOST:
        raise Refused(f"{component.name} declares {MOST} dependencies already: take some back.")
    made, is_new = held.get_or_create(
        component=component,
        source=Dependency.Source.DECLARED,
        direction=direction(kind, takes=takes),
        kind=kind,
        name=name,
        defaults={"since_at": now},
    )
    if not is_new:
        raise Moved(f"{component.name} declares {name} already.", field="name")
    _record("component.declare", component, kind, name, by=by, now=now)
    return made


@kept("component.undeclare", "component", "component")
@transaction.atomic
def take_back(
    *, component: Component, kind: str, name: str, by: User, now: datetime, takes: bool = False
) -> None:
    """It does not, or no longer."""
    access.require(by, "component.change", component)
    _refuse_files(component)
    gone, _ = Dependency.objects.filter(
        component=component,
        source=Dependency.Source.DECLARED,
        direction=direction(kind, takes=takes),
        kind=kind,
        name=name.strip(),
    ).delete()
    if not gone:
        _refuse_described(component, kind, name.strip())
        raise Moved(f"{component.name} does not declare {name}.", field="name")
    _record("component.undeclare", component, kind, name, by=by, now=now)


def direction(kind: str, *, takes: bool = False) -> Dependency.Direction:
    """Data go into a queue, and out of all else (and of a queue that is taken from)."""
    is_fed = kind == "queue" and not takes
    return Dependency.Direction.FEEDS if is_fed else Dependency.Direction.READS


def _refuse_files(component: Component) -> None:
    if component.kind == Component.Kind.TRANSFORMATION:
        raise Refused(f"The file of {component.name} says what it reads: register another version.")


def _refuse_described(component: Component, kind: str, name: str) -> None:
    """What a file of the catalog says is taken back there."""
    in_file = Dependency.objects.filter(
        component=component, source=Dependency.Source.FILE, kind=kind, name=name
    )
    if in_file.exists():
        raise Refused(
            f"The file that describes {component.name} says so: take {name} out of it.",
            field="name",
        )


def _record(
    verb: str, component: Component, kind: str, name: str, *, by: User, now: datetime
) -> None:
    said = {"kind": kind, "name": name}
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="component",
        thing=component.name,
        thing_id=component.pk,
        component=component.name,
        team=component.team.name,
        before=said if verb == "component.undeclare" else None,
        after=said if verb == "component.declare" else None,
    )
