"""Reading a source and keeping what it says: claimed, bounded, told while it goes on.

A batch of files is one transaction, and only of whoever holds the source (`claiming.py`). Killed in
the middle, the next attempt passes over the files that are kept already. What is the same is not
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from portal import failpoints, secrets
from portal.audit import operations as audit
from portal.descriptors import places
from portal.descriptors.adopting import FITTING
from portal.descriptors.substitutions import CantLoad
from portal.entities import trees
from portal.entities.following import READER, File, Known, Walk
from portal.entities.models import CatalogFile, CatalogSource, Entity, EntityFinding
from portal.entities.operations import claiming, making, tying, writing
from portal.entities.operations.writing import Seen
from portal.entities.trees import Sent, Tree
from portal.notifications.operations.telling import notify
from portal.outbound import git
from portal.outbound.addresses import Reach
from portal.outbound.getting import NotGot, get
from portal.outbound.git import GitError, KeepOn, Remote

BATCH_FILES, BATCH_ENTITIES = 200, 500
MOST_FAR_BYTES = 1024 * 1024
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('catalog entities', 16))"
Clock = Callable[[], datetime]
Opening = Callable[[CatalogSource, KeepOn], AbstractContextManager[Tree]]


class _Lost(Exception):
    """Someone else holds the work by now."""


def work(*, source_id: str, clock: Clock, opening: Opening | None = None) -> CatalogSource | None:
    """Read one source if it is due and free; None where it is not.

    `opening` gives its files; without it a repository is fetched, and a file is what was sent.
    """
    held = claiming.claim(source_id, clock())
    if held is None:
        return None
    try:
        message, commit = _Sync(held, clock).done(opening)
    except _Lost:
        return None
    except GitError as error:
        claiming.failed(held, error, clock())
    else:
        claiming.end(held, message, commit, clock())
    held.refresh_from_db()
    return held


class _Sync:
    """One attempt at reading a source."""

    def __init__(self, held: CatalogSource, clock: Clock) -> None:
        self.held, self.clock = held, clock
        self.reach = Reach.INTERNAL if held.may_reach_inside else Reach.PUBLIC

    def done(self, opening: Opening | None) -> tuple[str, str]:
        """What to say of it, and the commit that was read."""
        if opening is None and self._is_unmoved():
            self._settle(Seen(lambda _: True))
            return self._words(), self.held.commit
        with (opening or self._opened)(self.held, self._keep_on) as tree:
            seen = self._read(tree)
            commit = tree.commit
        self._settle(seen)
        return self._words(), commit

    def _is_unmoved(self) -> bool:
        """The branch is where it was, nothing lies elsewhere, and nothing has to be read again."""
        held = self.held
        if held.kind != CatalogSource.Kind.GIT or not held.commit or held.is_asked:
            return False
        if held.reader != READER:
            return False
        if CatalogFile.objects.filter(Q(is_far=True) | Q(digest=""), source=held).exists():
            return False
        return git.head(self._remote(), held.branch, self._keep_on) == held.commit

    @contextmanager
    def _opened(self, held: CatalogSource, keep_on: KeepOn) -> Iterator[Tree]:
        if held.kind == CatalogSource.Kind.FILE:
            yield Sent(held.path, bytes(held.content or b""))
            return
        with trees.repository(self._remote(), held.branch, keep_on) as tree:
            yield tree

    def _remote(self) -> Remote:
        try:
            secret = secrets.decrypt(self.held.secret) if self.held.secret else ""
        except secrets.Undecryptable as error:
            raise GitError(error.message) from error
        return Remote(self.held.repository, secret, self.reach)

    def _get(self, url: str) -> bytes:
        """A file of a host that the platform allowed, and of no other."""
        if places.host(url) not in self.held.hosts:
            raise CantLoad(
                f"{url[:200]} is not of a host that this source may read from. Someone with the "
                "platform role can allow it, or copy the file into the repository."
            )
        try:
            return get(url, reach=self.reach, most=MOST_FAR_BYTES)
        except NotGot as error:
            raise CantLoad(error.message) from error

    def _keep_on(self, message: str) -> bool:
        return self._tell(message=message[:400])

    def _tell(self, **more: Any) -> bool:
        """Keep the lease and say how far it is; False where it is somebody else's."""
        now = self.clock()
        values = {"lease_until": now + claiming.LEASE, "next_at": now + claiming.LEASE, **more}
        return bool(CatalogSource.objects.filter(claiming.mine(self.held)).update(**values))

    def _fence(self, **more: Any) -> None:
        if not self._tell(**more):
            raise _Lost

    def _read(self, tree: Tree) -> Seen:
        known = {
            row.path: Known(row.digest, tuple(row.reads), tuple(row.targets))
            for row in CatalogFile.objects.filter(source=self.held)
        }
        repository = self.held.repository
        walk = Walk(tree, first=self.held.path, repository=repository, known=known, get=self._get)
        seen = Seen(walk.is_same)
        held: dict[str, list[str]] = {}
        for ref, path in Entity.objects.filter(source=self.held).values_list("ref", "path"):
            held.setdefault(path, []).append(ref)
        done = entities = 0
        for files in _batches(walk.files()):
            same = [file for file in files if file.is_same]
            for file in same:
                seen.refs.update(dict.fromkeys(held.get(file.path, ()), file.path))
            done += len(files)
            entities += sum(len(file.entities) for file in files)
            entities += sum(len(held.get(file.path, ())) for file in same)
            with transaction.atomic():
                self._fence(
                    message="Reading.",
                    files_done=done,
                    files_found=max(done, walk.found),
                    entities_read=entities,
                )
                _one_at_a_time()
                writing.keep(
                    source=self.held,
                    files=[file for file in files if not file.is_same],
                    seen=seen,
                    commit=tree.commit[:64],
                    now=self.clock(),
                )
                failpoints.hit("entities.written")
            failpoints.hit("entities.kept")
        self._forget(seen, [*walk.visited, self.held.path], is_cut=walk.is_cut)
        return seen

    def _forget(self, seen: Seen, visited: list[str], *, is_cut: bool) -> None:
        """Mark what is described nowhere any longer; take the mark from what came back.

        Where not all was looked at (`is_cut`), nothing is gone.
        """
        now = self.clock()
        gone: list[Any] = []
        back: list[Any] = []
        rows = Entity.objects.filter(source=self.held)
        for pk, ref, path, orphaned_at in rows.values_list("pk", "ref", "path", "orphaned_at"):
            is_there = ref in seen.refs or path in seen.unreadable
            if not is_there and orphaned_at is None and not is_cut:
                gone.append(pk)
            elif is_there and orphaned_at is not None:
                back.append(pk)
        paths = set(visited)
        files = CatalogFile.objects.filter(source=self.held).values_list("path", flat=True)
        left = [] if is_cut else [path for path in files if path not in paths]
        with transaction.atomic():
            self._fence(message="Looking for orphans.")
            if gone:
                rows.filter(pk__in=gone).update(orphaned_at=now)
            if back:
                rows.filter(pk__in=back).update(orphaned_at=None)
            if left:
                CatalogFile.objects.filter(source=self.held, path__in=left).delete()
            findings = EntityFinding.objects.filter(source=self.held)
            stale = set(findings.values_list("path", flat=True)) - paths
            if stale and not is_cut:
                findings.filter(path__in=stale).delete()
        seen.orphaned, seen.returned = len(gone), len(back)

    def _settle(self, seen: Seen) -> None:
        """Components for what is new, their dependencies, and a word to whom it concerns."""
        with transaction.atomic():
            self._fence(message="Looking for teams.")
            seen.changed += writing.tie_groups(self.held)
        for folded in FITTING:
            waiting = iter(making.waiting(self.held, folded))
            while pks := list(islice(waiting, making.AT_ONCE)):
                with transaction.atomic():
                    self._fence(message="Registering components.")
                    _one_at_a_time()
                    seen.made += making.adopt(source=self.held, pks=pks, now=self.clock())
        with transaction.atomic():
            self._fence(message="Nearly done.")
            moved = seen.changed or seen.made or seen.orphaned or seen.returned
            if moved:
                _one_at_a_time()
                tying.tie(now=self.clock())
                self._audit(seen)
            self._notify(seen)

    def _audit(self, seen: Seen) -> None:
        audit.record(
            verb="catalog_source.read",
            by=None,
            now=self.clock(),
            kind="catalog source",
            thing=self.held.name,
            thing_id=self.held.pk,
            team=self.held.team.name if self.held.team else "",
            after={
                "changed": seen.changed,
                "components": seen.made,
                "orphans": seen.orphaned,
                "findings": len(seen.new_findings),
            },
        )

    def _notify(self, seen: Seen) -> None:
        """New findings are told once; those that stand are in the list."""
        if not seen.new_findings:
            return
        held, number = self.held, len(seen.new_findings)
        first = seen.new_findings[0]
        notify(
            kind="catalog.findings",
            subject=f"{number} new {'finding' if number == 1 else 'findings'} in {held.name}",
            key=f"{held.name} {first.pk}",
            now=self.clock(),
            team=held.team,
            text=f"{first.path}{f', line {first.line}' if first.line else ''}: {first.message}",
            link=f"/catalog/sources/{held.name}/",
            person=None if held.team else held.created_by,
        )

    def _words(self) -> str:
        entities = Entity.objects.filter(source=self.held, orphaned_at=None).count()
        findings = EntityFinding.objects.filter(source=self.held).count()
        orphans = Entity.objects.filter(source=self.held, orphaned_at__isnull=False).count()
        said = f"{entities:,} {'entity' if entities == 1 else 'entities'}"
        said += f", {findings:,} {'finding' if findings == 1 else 'findings'}" if findings else ""
        said += f", {orphans:,} {'orphan' if orphans == 1 else 'orphans'}" if orphans else ""
        return f"{said}."


def _batches(files: Iterator[File]) -> Iterator[list[File]]:
    """As many files as are kept in one transaction."""
    some: list[File] = []
    entities = 0
    for file in files:
        some.append(file)
        entities += len(file.entities)
        if len(some) >= BATCH_FILES or entities >= BATCH_ENTITIES:
            yield some
            some, entities = [], 0
    if some:
        yield some


def _one_at_a_time() -> None:
    """References, names of components and dependencies are made by one source after another."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
