"""A repository that git itself made, with tags, merges and a rebased commit."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.observability.events.conftest import checkout, places

__all__ = ["checkout", "places"]

BEGIN = datetime(2026, 6, 1, 12, tzinfo=UTC)
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """`git("tag", "v1", hours=3)`: as if it were that long after the beginning."""
    folder = tmp_path / "acme" / "checkout"
    folder.mkdir(parents=True)

    def run(*command: str, hours: float = 0, written: float | None = None) -> str:
        at = (BEGIN + timedelta(hours=hours)).isoformat()
        authored = (BEGIN + timedelta(hours=hours if written is None else written)).isoformat()
        done = subprocess.run(
            ["git", "-C", str(folder), *command],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(tmp_path),
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Mira Okafor",
                "GIT_AUTHOR_EMAIL": "mira@example.com",
                "GIT_COMMITTER_NAME": "Mira Okafor",
                "GIT_COMMITTER_EMAIL": "mira@example.com",
                "GIT_AUTHOR_DATE": authored,
                "GIT_COMMITTER_DATE": at,
            },
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch", "main")
    return run


@pytest.fixture
def folder(tmp_path: Path, git: Git) -> Path:
    return tmp_path / "acme" / "checkout"


@pytest.fixture
def repository(git: Git, folder: Path) -> Path:
    """v1 of one commit; v2 of two, one of them rebased; v3 through a merge; a tag of no release."""

    def commit(message: str, hours: float, written: float | None = None) -> None:
        git("commit", "--quiet", "--allow-empty", "-m", message, hours=hours, written=written)

    commit("Begin", 0)
    git("tag", "v1", hours=1)
    commit("Round", 10)
    commit("Rebased", 11, written=-700)
    git("tag", "-a", "v2", "-m", "Second", hours=20)
    git("checkout", "--quiet", "-b", "feature")
    commit("On a branch", 30)
    git("checkout", "--quiet", "main")
    git("merge", "--quiet", "--no-ff", "-m", "Merge it", "feature", hours=40)
    git("tag", "v3", hours=40)
    git("tag", "nightly", hours=41)
    return folder
