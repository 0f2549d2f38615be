"""Publishing: a file becomes an immutable version of a path, and what people start from now on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.golden_paths import findable, queries, reading
from portal.golden_paths.models import GoldenPath, PathVersion
from portal.golden_paths.reading import Reading

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('golden paths', 13))"


@kept("golden_path.publish", "golden path", "name")
def publish(
    *,
    definition: str | bytes | dict[str, Any],
    by: User | None,
    now: datetime,
    name: str = "",
) -> tuple[PathVersion, bool]:
    """Make a file a version of its path, and say whether it is a new one.

    The same content again is the same version, and current again. `by` None: it was shipped with
    Slipway. A shipped one does not push aside what people of this installation have published.
    `name` is the path that is meant: the file has to be called so. Refused carries every finding.
    The file is read before the transaction begins: nothing is held meanwhile.
    """
    if by is not None:
        access.require(by, "golden_path.publish")
    found = queries.right(definition)
    _refuse_other(found, name)
    return _published(found, definition, by=by, now=now)


@transaction.atomic
def _published(
    found: Reading,
    definition: str | bytes | dict[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> tuple[PathVersion, bool]:
    with connection.cursor() as cursor:  # two at once get two numbers
        cursor.execute(LOCK)
    path = _path(found, now)
    version, is_new = _version(path, found, definition, by=by, now=now)
    if by is None and not _may_ship(path, is_new=is_new):
        return version, is_new
    _make_current(path, version, found)
    if is_new or by is not None:
        _note("golden_path.publish", path, by=by, now=now, after={"version": version.number})
    return version, is_new


@kept("golden_path.offer", "golden path", "path")
@transaction.atomic
def offer(
    *, path: GoldenPath, is_offered: bool, by: User, now: datetime, reason: str = ""
) -> GoldenPath:
    """Offer a path, or take it from the shelf: what was started with it goes on."""
    access.require(by, "golden_path.publish")
    changed = GoldenPath.objects.filter(pk=path.pk, is_offered=not is_offered)
    if not changed.update(is_offered=is_offered):
        raise Moved(f"{path.title} is {'offered' if is_offered else 'off the shelf'} already.")
    path.is_offered = is_offered
    findable.tell(path)
    after = {"is_offered": is_offered}
    _note("golden_path.offer", path, by=by, now=now, reason=reason, after=after)
    return path


def _refuse_other(found: Reading, name: str) -> None:
    if name and found.name != name:
        raise Refused(
            f"This file is of the path {found.name}, not of {name}. Keep the name: what was "
            "started knows it.",
            field="definition",
        )


def _path(found: Reading, now: datetime) -> GoldenPath:
    path, _ = GoldenPath.objects.get_or_create(name=found.name, defaults={"created_at": now})
    return path


def _version(
    path: GoldenPath,
    found: Reading,
    definition: str | bytes | dict[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> tuple[PathVersion, bool]:
    digest = reading.digest(found.content)
    last = path.versions.aggregate(last=Max("number"))["last"] or 0
    return PathVersion.objects.get_or_create(
        path=path,
        digest=digest,
        defaults={
            "number": last + 1,
            "content": reading.as_content(found.content),
            "file": reading.as_text(definition),
            "is_shipped": by is None,
            "created_by": by,
            "created_at": now,
        },
    )


def _may_ship(path: GoldenPath, *, is_new: bool) -> bool:
    """A new shipped version replaces a shipped one; an old one comes back by a person's word."""
    return path.current is None or (is_new and path.current.is_shipped)


def _make_current(path: GoldenPath, version: PathVersion, found: Reading) -> None:
    assert found.definition is not None
    metadata = found.definition.metadata
    path.current, path.title, path.icon = version, metadata.title, metadata.icon
    path.description, path.owner = metadata.description, metadata.owner
    path.save(update_fields=["current", "title", "icon", "description", "owner"])
    findable.tell(path)


def _note(
    verb: str, path: GoldenPath, *, by: User | None, now: datetime, reason: str = "", **more: Any
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="golden path",
        thing=path.name,
        thing_id=path.pk,
        reason=reason,
        **more,
    )
