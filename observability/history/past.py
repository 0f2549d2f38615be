"""Which deployments a history tells of, and which commits each of them brought. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_COMMITS = 250  # of one deployment: the newest


@dataclass(frozen=True, slots=True)
class Read:
    """A commit as git tells it. After a rebase it was written long before it was committed."""

    sha: str
    parents: tuple[str, ...]
    authored_at: datetime
    committed_at: datetime
    author: str
    message: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands for a deployment: a tag, or a commit of a branch."""

    name: str
    sha: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment of the past, with the commits that were new in it, newest first."""

    name: str
    head: Read
    at: datetime
    commits: Sequence[Read]


def deployed(commits: Mapping[str, Read], marks: Iterable[Mark]) -> list[Deployed]:
    """Deployments by time. A commit came with the first that has it among its ancestors."""
    seen: set[str] = set()
    found = []
    for mark in sorted(marks, key=lambda each: (each.at, each.name)):
        head = commits.get(mark.sha)
        if head is None:
            continue
        new = _new(head, commits, seen)
        newest = sorted(new, key=lambda each: each.committed_at, reverse=True)[:MOST_COMMITS]
        found.append(Deployed(mark.name, head, mark.at, newest))
    return found


def _new(head: Read, commits: Mapping[str, Read], seen: set[str]) -> list[Read]:
    """Ancestors that were not there yet; they are from now on."""
    found, waiting = [], [head.sha]
    while waiting:
        sha = waiting.pop()
        if sha in seen or sha not in commits:
            continue
        seen.add(sha)
        found.append(commits[sha])
        waiting.extend(commits[sha].parents)
    return found


def branch_marks(commits: Mapping[str, Read], tip: str, *, only_merges: bool) -> list[Mark]:
    """The commits that a branch itself went through, or those of them that merged something."""
    found, sha = [], tip
    while sha in commits:
        one = commits[sha]
        if len(one.parents) > 1 or not only_merges:
            found.append(Mark(sha[:12], sha, one.committed_at))
        sha = one.parents[0] if one.parents else ""
    return found
