"""What git knows of a file: which commit it comes from, when that was written, and where."""

from __future__ import annotations

import os
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from slipway_cli.endings import Code, Ended

WITHOUT = "Or leave the source out with --no-source: lead times then don't count this version."
FORMAT = "%H%x00%aI%x00%cI%x00%s"


@dataclass(frozen=True, slots=True)
class Source:
    """The `source` of a file, as Slipway keeps it beside the version. Instants are UTC."""

    repository: str
    commit: str
    path: str
    message: str
    authored_at: str
    committed_at: str

    def as_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}


def source_of(file: Path) -> Source:
    """The newest commit that changed this file; in a shallow clone the one that is there.

    Refused where the file is not as it was committed: the version would name a commit that does not
    have it.
    """
    folder = file.resolve().parent
    top = Path(_git(folder, "rev-parse", "--show-toplevel"))
    said = _git(folder, "log", "-1", f"--format={FORMAT}", "--", file.name)
    if not said or _git(folder, "status", "--porcelain", "--", file.name):
        raise Ended(
            Code.USAGE, f"{file} has changes that are not committed: commit it first.", hint=WITHOUT
        )
    commit, authored, committed, message = said.split("\0", 3)
    return Source(
        repository=_remote(folder),
        commit=commit,
        path=(folder / file.name).relative_to(top.resolve()).as_posix(),
        message=message[:500],
        authored_at=_utc(authored),
        committed_at=_utc(committed),
    )


def _remote(folder: Path) -> str:
    """Where it was cloned from, without a password: CI clones with one in the address."""
    try:
        url = _git(folder, "remote", "get-url", "origin")
    except Ended:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _utc(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Ended(Code.USAGE, "There is no git on this machine.", hint=WITHOUT) from error
    if done.returncode:
        why = done.stderr.strip().splitlines()[:1] or [f"git {arguments[0]} failed"]
        words = f"The source of the file can't be read from git: {why[0]}"
        raise Ended(Code.USAGE, words, hint=WITHOUT)
    return done.stdout.strip()


def commit_of(folder: Path) -> str:
    """The commit of all that a folder holds; "" where something differs from it, or without git."""
    try:
        if _git(folder, "status", "--porcelain", "--", "."):
            return ""
        return _git(folder, "rev-parse", "HEAD")
    except Ended:
        return ""


def folder_of(folder: Path) -> str:
    """The repository that a folder lies in, and where in it; "" where it lies in none."""
    try:
        top = Path(_git(folder, "rev-parse", "--show-toplevel"))
    except Ended:
        return ""
    inside = folder.resolve().relative_to(top.resolve()).as_posix()
    return "/".join(part for part in (_remote(folder) or top.name, inside) if part not in {"", "."})
