"""Keeping what files describe: a batch of files a transaction, and of those what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.accounts.models import Team
from portal.descriptors import adopting
from portal.descriptors.described import Described
from portal.entities import findable, queries
from portal.entities.following import File
from portal.entities.models import (
    CatalogFile,
    CatalogSource,
    Entity,
    EntityFinding,
    EntityRelation,
)
from portal.entities.operations import making
from portal.files.findings import Finding
from portal.search import operations as search

FIELDS = (
    *("kind", "folded", "namespace", "name", "title", "description", "type", "lifecycle"),
    *("owner", "system", "tags", "data", "text", "digest", "path", "line", "is_broken"),
)
CHANGED = (*FIELDS, "commit", "changed_at", "team")
LONGEST_MESSAGE = 500
Key = tuple[str, str, str, str]  # of a finding: path, reference, field, message


@dataclass(slots=True)
class Seen:
    """What one look at a source has come upon so far."""

    stays: Callable[[str], bool]  # whether a file says what it said
    refs: dict[str, str] = field(default_factory=dict)  # reference -> file
    unreadable: set[str] = field(default_factory=set)  # files in which something has no name
    changed: int = 0
    made: int = 0
    orphaned: int = 0
    returned: int = 0
    new_findings: list[EntityFinding] = field(default_factory=list)


def keep(
    *, source: CatalogSource, files: Sequence[File], seen: Seen, commit: str, now: datetime
) -> None:
    """Write what these files say, where it is not what is known already."""
    wanted: list[tuple[File, Described]] = []
    findings: list[tuple[File, str, Finding]] = []
    described = [entity.ref for file in files for entity in file.entities]
    rows = Entity.objects.select_related("source", "component__team").defer(*queries.OF_SOURCE)
    held = rows.in_bulk(described, field_name="ref")
    for file in files:
        for entity in file.entities:
            clash = _clash(source, entity, file, held.get(entity.ref), seen)
            if clash:
                seen.refs.setdefault(entity.ref, file.path)
                findings.append((file, entity.ref, Finding(clash, (), entity.line, 1)))
                file.digest = ""
                continue
            seen.refs[entity.ref] = file.path
            wanted.append((file, entity))
            findings += [(file, entity.ref, one) for one in entity.findings]
        for unnamed in file.unnamed:
            if unnamed.ref:
                seen.refs.setdefault(unnamed.ref, file.path)
            else:
                seen.unreadable.update([] if file.is_missing else [file.path])
            findings += [(file, unnamed.ref, one) for one in unnamed.findings]
    _entities(source, wanted, held, seen, commit, now)
    _findings(source, [file.path for file in files], findings, seen, now)
    _files(source, files)


def _clash(
    source: CatalogSource, entity: Described, file: File, held: Entity | None, seen: Seen
) -> str:
    """Why this is not the one that describes it; "" where it is."""
    if held and held.source_id != source.pk and held.orphaned_at is None:
        return (
            f"{entity.ref} is described by {held.source.name} already ({held.path}, line "
            f"{held.line}). Take one of the two away, or give it another name."
        )
    elsewhere = seen.refs.get(entity.ref, "")
    if held and not elsewhere and held.source_id == source.pk and held.path != file.path:
        elsewhere = held.path if seen.stays(held.path) else ""
    if elsewhere:
        return (
            f"{entity.ref} stands in {elsewhere} already. Take one of the two away, "
            "or give it another name."
        )
    return ""


def _entities(
    source: CatalogSource,
    wanted: Sequence[tuple[File, Described]],
    held: Mapping[str, Entity],
    seen: Seen,
    commit: str,
    now: datetime,
) -> None:
    teams = _teams([entity for _, entity in wanted])
    new: list[Entity] = []
    changed: list[Entity] = []
    related: list[tuple[Entity, Described]] = []
    let_go: list[Any] = []  # what another's source describes now is its component no longer
    for file, entity in wanted:
        row = held.get(entity.ref) or Entity(ref=entity.ref, created_at=now)
        values = _values(entity, file)
        team = teams.get(entity.ref)
        is_new = row.ref not in held
        is_moved = not is_new and row.source_id != source.pk
        if not is_new and not is_moved and _is_same(row, values, team):
            continue
        if row.digest != entity.digest or row.is_broken != bool(entity.findings):
            row.commit = commit
            related.append((row, entity))
        for name, value in values.items():
            setattr(row, name, value)
        if is_moved and row.component and not queries.speaks_for(source, row.component):
            row.component, row.is_made, row.given = None, False, {}
            let_go.append(row.pk)
        row.source, row.team, row.changed_at = source, team, now
        (new if is_new else changed).append(row)
    Entity.objects.bulk_create(new, batch_size=500)
    Entity.objects.bulk_update(changed, [*CHANGED, "source"], batch_size=200)
    if let_go:
        Entity.objects.filter(pk__in=let_go).update(component=None, is_made=False, given={})
    _relations(related)
    making.follow(source, related, now=now)
    told = [row for row in (*new, *changed) if not adopting.is_component(row.folded)]
    search.put(*(findable.thing(row) for row in told))
    seen.changed += len(new) + len(changed)


def _is_same(row: Entity, values: Mapping[str, object], team: Team | None) -> bool:
    if row.team_id != (team.pk if team else None):
        return False
    return all(getattr(row, name) == value for name, value in values.items())


def _values(entity: Described, file: File) -> dict[str, object]:
    return {
        "kind": entity.kind,
        "folded": entity.kind.lower(),
        "namespace": entity.namespace,
        "name": entity.name,
        "title": entity.title[:200],
        "description": entity.about("description"),
        "type": entity.word("type"),
        "lifecycle": entity.word("lifecycle"),
        "owner": entity.target("ownedBy"),
        "system": entity.target("partOf") if "system" in entity.spec else "",
        "tags": entity.tags,
        "data": entity.data,
        "text": entity.text,
        "digest": entity.digest,
        "path": file.path[:400],
        "line": entity.line,
        "is_broken": bool(entity.findings),
    }


def _teams(entities: Iterable[Described]) -> dict[str, Team]:
    """Which team each group is here: the one of its name, or the one that it names."""
    names = {
        entity.ref: entity.annotation(adopting.TEAM) or adopting.slug(entity.name)
        for entity in entities
        if entity.kind.lower() == "group"
    }
    if not names:
        return {}
    known = {team.name: team for team in Team.objects.filter(name__in=set(names.values()))}
    return {ref: known[name] for ref, name in names.items() if name in known}


def tie_groups(source: CatalogSource) -> int:
    """Groups whose team was made after they were read; how many have one now."""
    rows = Entity.objects.filter(source=source, folded="group", team=None, orphaned_at=None)
    groups = {row.ref: row for row in rows.defer("text", "given")}
    teams = _teams([making.of(row) for row in groups.values()])
    for ref, team in teams.items():
        groups[ref].team = team
    Entity.objects.bulk_update([groups[ref] for ref in teams], ["team"], batch_size=200)
    return len(teams)


def _relations(rows: Sequence[tuple[Entity, Described]]) -> None:
    pks = [row.pk for row, _ in rows]
    held: dict[tuple[object, str, str, str], EntityRelation] = {
        (one.said_by_id, one.source, one.type, one.target): one
        for one in EntityRelation.objects.filter(said_by__in=pks)
    }
    wanted = {
        (row.pk, one.source, one.type, one.target)
        for row, entity in rows
        for one in entity.relations
    }
    gone = [held[key].pk for key in held.keys() - wanted]
    if gone:
        EntityRelation.objects.filter(pk__in=gone).delete()
    EntityRelation.objects.bulk_create(
        EntityRelation(said_by_id=pk, source=begin, type=kind, target=end)
        for pk, begin, kind, end in sorted(wanted - held.keys(), key=str)
    )


def _findings(
    source: CatalogSource,
    paths: Collection[str],
    findings: Iterable[tuple[File, str, Finding]],
    seen: Seen,
    now: datetime,
) -> None:
    wanted: dict[Key, Finding] = {}
    for file, ref, one in findings:
        key = (file.path[:400], ref, one.field[:200], one.message[:LONGEST_MESSAGE])
        wanted.setdefault(key, one)
    held = {_key(row): row for row in EntityFinding.objects.filter(source=source, path__in=paths)}
    gone = [held[key].pk for key in held.keys() - wanted.keys()]
    if gone:
        EntityFinding.objects.filter(pk__in=gone).delete()
    moved = list(_moved(held, wanted))
    if moved:
        EntityFinding.objects.bulk_update(moved, ["line", "column"])
    new = [
        EntityFinding(
            source=source,
            path=path,
            ref=ref,
            field=name,
            message=message,
            line=one.line,
            column=one.column,
            since_at=now,
        )
        for (path, ref, name, message), one in wanted.items()
        if (path, ref, name, message) not in held
    ]
    EntityFinding.objects.bulk_create(new)
    seen.new_findings += new


def _moved(
    held: Mapping[Key, EntityFinding], wanted: Mapping[Key, Finding]
) -> Iterator[EntityFinding]:
    for key, row in held.items():
        one = wanted.get(key)
        if one and (row.line, row.column) != (one.line, one.column):
            row.line, row.column = one.line, one.column
            yield row


def _key(row: EntityFinding) -> Key:
    return row.path, row.ref, row.field, row.message


def _files(source: CatalogSource, files: Sequence[File]) -> None:
    held = {
        row.path: row
        for row in CatalogFile.objects.filter(source=source, path__in=[file.path for file in files])
    }
    rows = []
    for file in files:
        if file.is_missing:
            continue
        row = held.get(file.path)
        said = (file.digest, file.is_far, file.reads, file.targets)
        if row is None or (row.digest, row.is_far, row.reads, row.targets) != said:
            rows.append(
                CatalogFile(
                    source=source,
                    path=file.path[:400],
                    digest=file.digest,
                    is_far=file.is_far,
                    reads=file.reads,
                    targets=file.targets,
                )
            )
    CatalogFile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["source", "path"],
        update_fields=["digest", "is_far", "reads", "targets"],
    )
