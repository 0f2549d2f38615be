"""A repository that describes things, and sources that read it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.accounts.models import Team, User
from portal.entities import operations
from portal.entities.models import CatalogSource
from portal.entities.trees import Repository, Tree
from portal.outbound.git import KeepOn
from tests.conftest import NOW

GROUP = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: airline-data}
spec: {type: team, children: []}
"""


def component(name: str, owner: str = "airline-data", more: str = "", kind: str = "service") -> str:
    return f"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  description: What {name} is for.
spec:
  type: {kind}
  lifecycle: production
  owner: {owner}
{more}"""


def together(*documents: str) -> str:
    return "---\n".join(documents)


class Place:
    """A repository in a folder; `put` writes files and commits them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *command: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.folder), *command],
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(self.folder.parent),
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "Mira",
                "GIT_AUTHOR_EMAIL": "mira@example.com",
                "GIT_COMMITTER_NAME": "Mira",
                "GIT_COMMITTER_EMAIL": "mira@example.com",
            },
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def put(self, **files: str | None) -> str:
        """`put(**{"catalog-info.yaml": "…"})`; None takes a file away. The new commit."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "Describe")
        return self.git("rev-parse", "HEAD")

    @contextmanager
    def opened(self, _: CatalogSource, keep_on: KeepOn) -> Iterator[Tree]:
        yield Repository(self.folder / ".git", keep_on)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "catalog")


Read = Callable[..., CatalogSource]


@pytest.fixture
def source(people: dict[str, User]) -> CatalogSource:
    """The platform's, of a repository that nobody asks over the network here."""
    made, _ = operations.create(
        name="acme",
        kind="git",
        team=None,
        repository="https://git.example.com/acme/catalog.git",
        by=people["priya"],
        now=NOW,
    )
    return made


@pytest.fixture
def read(place: Place, people: dict[str, User]) -> Read:
    """`read(source)`: have it read, at a later time each."""
    times = iter(NOW + timedelta(hours=hours) for hours in range(1, 100))

    def call(source: CatalogSource, *, at: datetime | None = None) -> CatalogSource:
        now = at or next(times)
        operations.ask(source=source, by=people["priya"], now=now)
        done = operations.work(source_id=str(source.pk), clock=lambda: now, opening=place.opened)
        assert done is not None
        return done

    return call


@pytest.fixture
def airline(people: dict[str, User]) -> Team:
    return Team.objects.get(name="airline-data")
