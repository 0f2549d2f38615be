"""The files of a source: a git repository as it is at a commit, or one file that was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from portal.descriptors.reading import MOST_FILE
from portal.outbound import git
from portal.outbound.git import GitError, KeepOn, Remote

MOST_LISTED = 200_000  # files of a repository
LONGEST_PATH = 400  # letters; nobody describes anything at a longer one
FILES = ("100644", "100755")  # no links: they could lead anywhere


class Tree(Protocol):
    """Files by path, each with what it is called for its content."""

    @property
    def commit(self) -> str: ...

    @property
    def blobs(self) -> Mapping[str, str]: ...

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many bytes each has."""

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of some of them, those that are not too large."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One file, as it was sent."""

    path: str
    content: bytes

    @property
    def commit(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def blobs(self) -> Mapping[str, str]:
        return {self.path: self.commit}

    @property
    def sizes(self) -> Mapping[str, int]:
        return {self.path: len(self.content)}

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        return {path: self.content for path in paths if path == self.path}


class Repository:
    """A bare copy of one commit."""

    def __init__(self, place: Path, keep_on: KeepOn) -> None:
        self._place, self._keep_on = place, keep_on
        self.commit = git.read(place, ["rev-parse", "HEAD"], "", keep_on).strip()
        self.sizes: dict[str, int] = {}
        self.blobs = dict(self._listed())

    def _listed(self) -> Iterator[tuple[str, str]]:
        said = git.read(self._place, ["ls-tree", "-r", "-l", "-z", "HEAD"], "", self._keep_on)
        rows = said.split("\0")
        if len(rows) > MOST_LISTED:
            raise GitError(f"It has more than {MOST_LISTED:,} files. Give the catalog its own.")
        for row in rows:
            about, tab, path = row.partition("\t")
            parts = about.split()
            if tab and len(parts) == 4 and parts[0] in FILES and len(path) <= LONGEST_PATH:
                self.sizes[path] = int(parts[3]) if parts[3].isdecimal() else 0
                yield path, parts[2]

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        wanted = [path for path in paths if path in self.blobs and self.sizes[path] <= MOST_FILE]
        asked = "".join(f"{self.blobs[path]}\n" for path in wanted)
        said = git.read_bytes(self._place, ["cat-file", "--batch"], asked, self._keep_on)
        found: dict[str, bytes] = {}
        at = 0
        for path in wanted:
            end = said.index(b"\n", at)
            head = said[at:end].split()
            at = end + 1
            if head[-1] == b"missing":  # larger than what was fetched
                continue
            size = int(head[2])
            found[path] = said[at : at + size]
            at += size + 1
        return found


@contextmanager
def repository(remote: Remote, branch: str, keep_on: KeepOn) -> Iterator[Repository]:
    """The newest commit of a branch, with its files and nothing of its past."""
    only = ["--depth=1", "--single-branch", "--no-tags", f"--filter=blob:limit={MOST_FILE}"]
    if branch:
        only += ["--branch", git.named(branch)]
    with git.fetched(remote, keep_on, only=only) as place:
        yield Repository(place, keep_on)
