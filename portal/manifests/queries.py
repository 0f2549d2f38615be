"""Questions about what files keep: what a plan would do, what an export says, what was applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.errors import NotFound, Refused
from portal.files import writing
from portal.manifests import planning, reading
from portal.manifests.kinds import registry
from portal.manifests.kinds.base import Fields, Key, Kind
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.manifests.planning import Held, Plan
from portal.manifests.reading import PERSON, File, Located, Reading
from portal.manifests.world import APPLY, World

SCHEMA = "/api/v1/manifests/schema/"  # below the portal's own address


@dataclass(frozen=True, slots=True)
class Source:
    """What keeps things in files, as it was last applied."""

    name: str
    kept: int
    files: int
    last: Application | None


def plan(
    *,
    files: Iterable[File],
    source: str,
    by: User,
    now: datetime,
    prune: bool = False,
    take_over: bool = False,
    secrets: Mapping[str, str] | None = None,
) -> Plan:
    """What applying these files would do. Refused carries everything that is wrong with them.

    As many queries for one document as for thousands.
    """
    found = reading.read(files)
    wanted = {
        key: registry.kind_of(key[0]).fields(manifest.data)
        for key, manifest in found.manifests.items()
    }
    held = _held(found.manifests, source)
    world = World(by=by, now=now, wanted=wanted, documents=found.manifests, given=secrets or {})
    world.present = _present({*found.manifests, *_referenced(found), *held})
    world.teams = {team.name: team for team in Team.objects.all()}
    if prune:
        world.leaving = {
            key for key, one in held.items() if one.source == source and key not in wanted
        }
    known = {*world.present, *_people(found)}
    for manifest, message, path in reading.missing(found, known, lambda kind: _names(kind, found)):
        found.found(manifest, message, path, at_key=path[-2:-1] == ("members",))
    for manifest in found.manifests.values():
        kind = registry.kind_of(manifest.kind)
        inside = kind.problems_inside(manifest, world.present.get(manifest.key))
        found.findings += [Located(manifest.file, finding) for finding in inside]
    _refuse(found)
    return planning.plan(
        manifests=found.manifests,
        world=world,
        held=held,
        source=source,
        prune=prune,
        take_over=take_over,
    )


def _refuse(found: Reading) -> None:
    """Everything at once; the message says the first, and how many there are."""
    findings = reading.in_order(found.findings)
    if not findings:
        return
    first = findings[0]
    line, column = first.finding.line, first.finding.column
    place = f"{first.file}, line {line}, column {column}: " if line else f"{first.file}: "
    many = f"{len(findings)} things need mending. First, " if len(findings) > 1 else ""
    raise Refused(
        f"{many}{place}{first.finding.message}",
        field="files",
        details=[each.as_detail() for each in findings[: reading.MOST_FINDINGS]],
    )


def _held(keys: Iterable[Key], source: str) -> dict[Key, Held]:
    """What files keep of these, and all that this source keeps."""
    names = {name for _, name in keys}
    rows = Kept.objects.filter(Q(source=source) | Q(name__in=names))
    return {(row.kind, row.name): Held(row.source, row.file, row.fields) for row in rows}


def _referenced(found: Reading) -> set[Key]:
    return {
        reference.key
        for manifest in found.manifests.values()
        for reference in registry.kind_of(manifest.kind).references(manifest.data)
    }


def _people(found: Reading) -> set[Key]:
    names = [name for kind, name in _referenced(found) if kind == PERSON]
    there = User.objects.filter(username__in=names).values_list("username", flat=True)
    return {(PERSON, name) for name in there} if names else set()


def _names(kind: str, found: Reading) -> list[str]:
    """All names of a kind, for “Did you mean …?”: asked only where something is missing."""
    if kind == PERSON:
        return list(User.objects.values_list("username", flat=True)[:5000])
    documents = [name for word, name in found.manifests if word == kind]
    return [*documents, *registry.kind_of(kind).present(None)]


def _present(keys: Collection[Key]) -> dict[Key, Fields]:
    """How all of these are now, by a few queries for each kind."""
    found: dict[Key, Fields] = {}
    for word in registry.names():
        names = {name for kind, name in keys if kind == word}
        if names:
            for name, fields in registry.kind_of(word).present(names).items():
                found[word, name] = fields
    return found


def present(kind: str, name: str) -> Fields | None:
    """How one thing is now."""
    return registry.kind_of(kind).present([name]).get(name)


def export(
    *, by: User, now: datetime, kind: str = "", team: str = "", address: str = ""
) -> list[File]:
    """All things of a kind, or of all, as documents in files. No secret is in them.

    `address` is where editors find the schema.
    """
    world = World(by, now)
    if kind and kind not in registry.names():
        raise NotFound(f"There is no kind “{kind}”.", field="kind")
    if team and not Team.objects.filter(name=team).exists():
        raise NotFound(f"There is no team called “{team}”.", field="team")
    files: dict[str, list[str]] = {}
    for found in kinds():
        there = found.present(None) if kind in {"", found.name} else {}
        for name, fields in sorted(there.items()):
            if not team or found.team(name, fields) == team:
                document = found.document(name, found.seen(name, fields, world))
                text = document if isinstance(document, str) else writing.written(document)
                files.setdefault(found.file.format(name=name), []).append(text)
    beginning = f"# yaml-language-server: $schema={address}{SCHEMA}\n"
    return [File(path, beginning + _joined(texts)) for path, texts in files.items()]


def _joined(texts: list[str]) -> str:
    return "---\n".join(text if text.endswith("\n") else f"{text}\n" for text in texts)


def schema(address: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of a document of any kind, for editors."""
    definitions: dict[str, Any] = {}
    for word in registry.names():
        place = f"#/$defs/{word}.{{model}}"
        shape = registry.kind_of(word).model.model_json_schema(ref_template=place)
        for name, inner in shape.pop("$defs", {}).items():
            definitions[f"{word}.{name}"] = inner
        definitions[word] = {**shape, "title": word}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{address}{SCHEMA}",
        "title": "Slipway documents",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {"kind": {"enum": registry.names()}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": word}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{word}"},
            }
            for word in registry.names()
        ],
        "$defs": definitions,
    }


def kinds() -> list[Kind]:
    """All kinds, in the order in which they are made."""
    return [registry.kind_of(word) for word in registry.names()]


def kept() -> QuerySet[Kept]:
    """What files keep, with when it was applied and by whom."""
    return Kept.objects.select_related("application__applied_by")


def kept_of(kind: str, name: str) -> Kept | None:
    """Where this thing is kept, None where no file does."""
    if "\0" in kind + name:
        return None  # no name has one, and PostgreSQL can't even be asked
    return kept().filter(kind=kind, name=name).first()


def kept_thing(kind: str, name: str) -> Kept:
    """Where this thing is kept; NotFound, in words, where no file does."""
    held = kept_of(kind, name)
    if held is None:
        raise NotFound(f"No file keeps {kind} {name}.", field="name")
    return held


def team_of(held: Kept) -> Team | None:
    """Who answers for a thing that files keep; None: the platform role alone."""
    fields = present(held.kind, held.name) or held.fields
    name = registry.kind_of(held.kind).team(held.name, fields)
    return Team.objects.filter(name=name).first() if name else None


def may_let_go(held: Kept, by: User) -> bool:
    """Whether this person may keep it in no file any more."""
    return by.is_platform or access.may(by, APPLY, team_of(held))


def is_set_back(held: Kept) -> bool:
    """Whether the next apply undoes what was changed elsewhere."""
    return registry.kind_of(held.kind).is_set_back


def sources() -> list[Source]:
    """What keeps things in files, with how many, and when each was last applied."""
    rows = (
        Kept.objects.values("source")
        .annotate(kept=Count("pk"), files=Count("file", distinct=True), last=Max("applied_at"))
        .order_by("-last")
    )
    newest = {
        one.source: one
        for one in Application.objects.select_related("applied_by")
        .order_by("source", "-id")
        .distinct("source")
    }
    found = [
        Source(row["source"], row["kept"], row["files"], newest.pop(row["source"], None))
        for row in rows
    ]
    return [*found, *(Source(name, 0, 0, last) for name, last in newest.items())]


def applications() -> QuerySet[Application]:
    """Each time that files were applied, with who did it."""
    return Application.objects.select_related("applied_by")


def application(number: int) -> Application:
    """The one of this number; NotFound, in words, where there is none."""
    found = applications().filter(number=number).first()
    if found is None:
        raise NotFound(f"Files were not applied under the number {number}.")
    return found


def steps(application: Application, *, after: int = -1) -> QuerySet[ApplicationStep]:
    """Its steps in their order, from behind a position on."""
    rows = ApplicationStep.objects.filter(application=application, position__gt=after)
    return rows.order_by("position")


def last_step_at(application: Application) -> datetime:
    """When it did its last step, or began."""
    newest: datetime | None = steps(application).aggregate(Max("done_at"))["done_at__max"]
    return newest or application.started_at


def drift(source: str, *, by: User, now: datetime) -> list[planning.Step]:
    """What somebody changed elsewhere since the files of a source were applied."""
    held = {
        (row.kind, row.name): Held(row.source, row.file, row.fields)
        for row in Kept.objects.filter(source=source)
    }
    if not held and not Application.objects.filter(source=source).exists():
        raise NotFound(f"No files of “{source}” were ever applied here.", field="source")
    world = World(by=by, now=now, present=_present(held.keys()))
    return planning.drift(held, world)
