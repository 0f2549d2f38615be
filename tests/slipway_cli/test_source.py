"""The source of a file: asked of a real git, and put into the file without touching the rest."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slipway_cli import files, repository
from slipway_cli.endings import Code, Ended
from slipway_cli.repository import Source

SOURCE = Source("https://git.example/a", "3f9c2ab", "a.yaml", "Say “so”: yes", "", "2026-11-20Z")
TOP = ("kind: Transformation", "spec:\n  sql: |\n    SELECT 1\n\n    -- source: none", "list:\n- a")
OLD = (
    "source: {commit: 1}",
    "source:\n  commit: one\n\n  path: x",
    "source:   # where from\n  commit: one\n# a remark\n  path: y",
)


def git(folder: Path, *arguments: str, **environment: str) -> str:
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Mira"), ("EMAIL", "mira@example.com"))
    }
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **identity, **alone, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with a file in a folder, and a newer commit that has nothing to do with it."""
    folder = tmp_path / "work"
    (folder / "sql").mkdir(parents=True)
    git(tmp_path, "init", "-q", "-b", "main", "work")
    git(folder, "remote", "add", "origin", "https://ci:s3cret@git.example/air/punctuality.git")
    (folder / "sql" / "one.yaml").write_text("kind: Transformation\n")
    git(folder, "add", ".")
    git(
        folder,
        *("commit", "-q", "-m", "Say how punctual carriers are\n\nMore words."),
        GIT_AUTHOR_DATE="2026-11-19T10:00:00+01:00",
        GIT_COMMITTER_DATE="2026-11-20T10:30:00+01:00",
    )
    git(folder, "commit", "-q", "--allow-empty", "-m", "Something else")
    return folder


def test_it_names_the_newest_commit_that_changed_the_file(clone: Path) -> None:
    assert repository.source_of(clone / "sql" / "one.yaml") == Source(
        repository="https://git.example/air/punctuality.git",
        commit=git(clone, "rev-parse", "HEAD~1"),
        path="sql/one.yaml",
        message="Say how punctual carriers are",
        authored_at="2026-11-19T09:00:00Z",
        committed_at="2026-11-20T09:30:00Z",
    )


def test_a_shallow_clone_names_the_commit_that_it_has(clone: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", clone.as_uri(), "shallow")
    source = repository.source_of(tmp_path / "shallow" / "sql" / "one.yaml")
    assert source.commit == git(clone, "rev-parse", "HEAD")


def test_a_folder_has_a_commit_only_where_nothing_in_it_differs(
    clone: Path, tmp_path: Path
) -> None:
    head = git(clone, "rev-parse", "HEAD")
    (clone / "elsewhere.yaml").write_text("kind: Other\n")
    assert repository.commit_of(clone / "sql") == head
    assert repository.commit_of(clone) == ""
    (clone / "sql" / "two.yaml").write_text("kind: Other\n")
    assert repository.commit_of(clone / "sql") == ""
    assert repository.commit_of(tmp_path) == ""


@pytest.mark.parametrize("what", ["changed", "new", "no repository"])
def test_a_file_that_no_commit_has_is_refused_with_the_way_out(
    clone: Path, tmp_path: Path, what: str
) -> None:
    path = {"changed": clone / "sql" / "one.yaml", "new": clone / "two.yaml"}.get(
        what, tmp_path / "three.yaml"
    )
    path.write_text("kind: Other\n")
    with pytest.raises(Ended) as ended:
        repository.source_of(path)
    assert ended.value.code == Code.USAGE
    assert "--no-source" in ended.value.hint


@given(st.lists(st.sampled_from(TOP), unique=True), st.sampled_from((None, *OLD)), st.data())
def test_everything_else_stays_in_its_line(
    parts: list[str], old: str | None, data: st.DataObject
) -> None:
    if old is not None:
        parts.insert(data.draw(st.integers(0, len(parts))), old)
    before = "\n".join(parts) + "\n"
    after = files.with_source(before, SOURCE)
    assert read(after) == {**read(before), "source": SOURCE.as_json()}
    places = {line: number for number, line in enumerate(after.splitlines())}
    for number, line in enumerate(before.splitlines()):
        if line.strip() and line not in str(old):
            assert places[line] == number, after


def read(text: str) -> dict[str, Any]:
    return yaml.safe_load(text) or {}


def test_a_json_file_gets_it_too() -> None:
    after = files.with_source('{"kind": "Transformation", "source": {"commit": "old"}}', SOURCE)
    assert json.loads(after) == {"kind": "Transformation", "source": SOURCE.as_json()}


def test_a_json_file_that_is_none_is_left_to_slipway() -> None:
    assert files.with_source('{"kind": ', SOURCE) == '{"kind": '
