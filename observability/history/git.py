"""Reading a repository's past: commits and tags, without any of its files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from observability.history.past import Mark, Read
from portal.outbound import git
from portal.outbound.git import SAFE, GitError, KeepOn, Remote, is_address

__all__ = [
    "SAFE",
    "GitError",
    "KeepOn",
    "Remote",
    "commits",
    "fetched",
    "is_address",
    "tags",
    "tip",
]

MOST_COMMITS = 100_000
LOG = "%H%x00%P%x00%at%x00%ct%x00%an%x00%s"
TAGS = "%(refname:strip=2)%00%(objectname)%00%(*objectname)%00%(creatordate:unix)"


@contextmanager
def fetched(remote: Remote, keep_on: KeepOn) -> Iterator[Path]:
    """A bare copy without files, gone afterwards."""
    with git.fetched(
        remote, keep_on, only=["--filter=tree:0"], folder_name="slipway-history-"
    ) as place:
        yield place


def commits(place: Path, revisions: list[str], keep_on: KeepOn) -> dict[str, Read]:
    """Everything that these have among their ancestors, by name."""
    if not revisions:
        return {}
    said = git.read(
        place,
        ["log", f"--max-count={MOST_COMMITS + 1}", f"--format={LOG}", "--stdin"],
        "\n".join(revisions),
        keep_on,
    )
    found = {}
    for line in said.split("\n"):
        parts = line.split("\0", 5)
        if len(parts) == 6:
            sha, parents, authored, committed, author, message = parts
            found[sha] = Read(
                sha, tuple(parents.split()), _at(authored), _at(committed), author, message
            )
    if len(found) > MOST_COMMITS:
        raise GitError(f"It has more than {MOST_COMMITS:,} commits: name a branch, or fewer tags.")
    return found


def tags(place: Path, pattern: str, keep_on: KeepOn) -> list[Mark]:
    """Tags that fit a pattern, each with its commit and when it was set."""
    fit = f"refs/tags/{git.named(pattern)}" if pattern else "refs/tags"
    command = ["for-each-ref", f"--format={TAGS}", fit]
    found = []
    for line in git.read(place, command, "", keep_on).split("\n"):
        parts = line.split("\0")
        if len(parts) == 4 and parts[3]:
            name, own, behind, created = parts
            found.append(Mark(name, behind or own, _at(created)))
    return found


def tip(place: Path, branch: str, keep_on: KeepOn) -> str:
    """The newest commit of a branch; of the repository's own where none is named."""
    name = f"refs/heads/{git.named(branch)}" if branch else "HEAD"
    try:
        return git.read(
            place, ["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], "", keep_on
        ).strip()
    except GitError as error:
        raise GitError(f"It has no branch “{branch or 'HEAD'}”.") from error


def _at(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
