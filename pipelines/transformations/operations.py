"""Registering a transformation: a file becomes an immutable version and a release of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.models import Max

from deployments.releases import operations as releases
from pipelines.transformations import digest, findable, judging, queries, reading
from pipelines.transformations.judging import NAME, TEAM
from pipelines.transformations.models import Transformation, Version
from pipelines.transformations.reading import Reading
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.errors import Away, Moved, NotAllowed, Refused
from portal.files.findings import Finding
from portal.names import is_slug
from portal.search import operations as search

ARTIFACT_KIND = "pipeline"


def register(
    *, file: str | bytes | dict[str, Any], by: User, now: datetime, message: str = ""
) -> tuple[Version, bool]:
    """Make a file's content a version, and say whether it is a new one.

    `message` says what changes, instead of the file's own source.
    The same content again is the same version. Refused carries every finding with its place.
    """
    found = reading.read(file)
    team = Team.objects.filter(name=found.outline.text(*TEAM)).first()
    if team is None:
        _refuse(judging.judge(found, None).findings)
        raise AssertionError("a file without a known team has a finding")
    _permit(found.outline.text(*NAME), team, by=by, now=now)
    judgement = judging.judge(found, team)
    _refuse(judgement.findings)
    if judgement.away:
        raise Away(judgement.away)
    source = found.source | ({"message": message} if message else {})
    return _write(found, file, team, source, by=by, now=now)


def _permit(name: str, team: Team, *, by: User, now: datetime) -> None:
    """A refusal is kept by the name, without the file; findings in a file are not kept."""
    try:
        access.require(by, "transformation.register", team)
    except NotAllowed as refused:
        audit.record_refusal(
            refused=refused,
            verb="transformation.register",
            by=by,
            now=now,
            kind="transformation",
            thing=name if is_slug(name) else "a transformation without a usable name",
            team=team.name,
        )
        raise


@transaction.atomic
def _write(
    found: Reading,
    file: str | bytes | dict[str, Any],
    team: Team,
    source: dict[str, Any],
    *,
    by: User,
    now: datetime,
) -> tuple[Version, bool]:
    component = _component(found, team, by=by, now=now)
    if problem := judging.taken(component, team):  # made by someone else since the file was read
        raise Moved(problem, field="metadata.name")
    # Locked, so that two registrations at once get two numbers, and one content one version.
    transformation = Transformation.objects.select_for_update().get(component=component)
    transformation.component = component
    spec = digest.normalised(found.spec)
    identity = digest.identity(spec)
    same = queries.versions(component).filter(digest=identity).first()
    if same is not None:
        return same, False
    last = transformation.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        transformation=transformation,
        number=last + 1,
        spec=spec,
        file=_text(file),
        digest=identity,
        semantic_digest=digest.semantic(spec),
        canonicaliser=digest.canonicaliser(),
        source=source,
        created_by=by,
        created_at=now,
    )
    _release(version, component, by=by, now=now)
    return version, True


def _release(version: Version, component: Component, *, by: User, now: datetime) -> None:
    """What follows from a new version: a release to deploy, what it depends on, the audit."""
    releases.cut(
        component=component,
        number=version.number,
        artifact_kind=ARTIFACT_KIND,
        digest=version.digest,
        source=version.source,
        by=by,
        now=now,
    )
    catalog.depend(
        component=component,
        on=dependencies(version.spec),
        source=Dependency.Source.DECLARED,
        now=now,
    )
    search.label(kind="component", name=component.name, labels=findable.labels(version.spec))
    audit.record(
        verb="transformation.register",
        by=by,
        now=now,
        kind="transformation",
        thing=f"{component.name} {version}",
        thing_id=version.pk,
        component=component.name,
        team=component.team.name,
        after={"version": version.number, "digest": version.digest},
    )


def _component(found: Reading, team: Team, *, by: User, now: datetime) -> Component:
    """The component of this name, made where there is none yet."""
    name = found.outline.text(*NAME)
    components = Component.objects.select_related("team").filter(name=name)
    if component := components.first():
        return component
    with connection.cursor() as cursor:  # two first versions at once: the second one waits
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [name])
    if component := components.first():
        return component
    component = catalog.register(
        name=name,
        team=team,
        kind=Component.Kind.TRANSFORMATION,
        title=found.outline.text("metadata", "title"),
        description=found.outline.text("metadata", "description"),
        by=by,
        now=now,
    )
    Transformation.objects.create(component=component, created_at=now)
    return component


def dependencies(spec: dict[str, Any]) -> set[tuple[str, str, str]]:
    """What a version's content declares: (direction, kind, name) of all it reads and feeds."""
    reads = {
        (Dependency.Direction.READS.value, "connection", entry["connection"])
        for entry in spec["inputs"].values()
    }
    feeds = {
        (Dependency.Direction.FEEDS.value, "client", entry["client"])
        for entry in spec.get("deliveries", [])
    }
    return reads | feeds


def _refuse(ordered: Sequence[Finding]) -> None:
    """Raise Refused with all that was found; the message says the first and how many there are."""
    if not ordered:
        return
    first = ordered[0]
    place = f"line {first.line}, column {first.column}: " if first.line else ""
    if len(ordered) > 1:
        before = f"{len(ordered)} things need mending. First, {place}"
    else:
        before = place.capitalize()
    raise Refused(
        f"{before}{first.message}",
        field=first.field or None,
        details=[finding.as_detail() for finding in ordered],
    )


def _text(file: str | bytes | dict[str, Any]) -> str:
    """The file as it was sent; data that a program sent, as YAML."""
    if isinstance(file, dict):
        return yaml.safe_dump(file, sort_keys=False, allow_unicode=True)
    return file if isinstance(file, str) else file.decode()
