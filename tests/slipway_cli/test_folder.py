"""A folder of documents: which files are read, and what of this machine they can reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from slipway_cli import files, folder
from slipway_cli.endings import Ended

BINDING = "kind: Binding\nspec:\n  secret: {env: HOOK_KEY}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / ".git").mkdir()
    for path in ("deep/hook.yaml", "all.yml", ".git/config.yaml", "notes.txt"):
        (tmp_path / path).write_text(BINDING)
    return tmp_path


def wanted(reference: str, line: int = 3, file: str = "deep/hook.yaml") -> list[dict[str, object]]:
    return [{"reference": reference, "file": file, "line": line}]


def test_documents_are_read_by_their_path_and_hidden_ones_are_not(place: Path) -> None:
    assert list(folder.read(place).texts) == ["all.yml", "deep/hook.yaml"]


def test_a_secret_comes_from_the_environment(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_KEY", "swordfish")
    assert folder.read(place).secrets(wanted("env:HOOK_KEY")) == ({"env:HOOK_KEY": "swordfish"}, [])


def test_or_from_a_file_beside_the_document(place: Path) -> None:
    (place / "deep" / "hook.yaml").write_text("spec: {secret: {file: hook.key}}\n")
    (place / "deep" / "hook.key").write_text("swordfish\n")
    found, _ = folder.read(place).secrets(wanted("file:hook.key", line=1))
    assert found == {"file:hook.key": "swordfish"}


def test_one_that_is_not_there_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_KEY", raising=False)
    _, lacking = folder.read(place).secrets(wanted("env:HOOK_KEY"))
    assert lacking == ["env HOOK_KEY (deep/hook.yaml, line 3)"]


@pytest.mark.parametrize(
    "asked",
    [wanted("env:SLIPWAY_TOKEN"), wanted("env:HOOK_KEY", line=2), wanted("file:/etc/passwd")],
    ids=["another variable", "another line", "a file"],
)
def test_whoever_answers_can_ask_for_nothing_that_no_document_says(
    place: Path, monkeypatch: pytest.MonkeyPatch, asked: list[dict[str, object]]
) -> None:
    monkeypatch.setenv("SLIPWAY_TOKEN", "slw_secret")
    monkeypatch.setenv("HOOK_KEY", "swordfish")
    assert folder.read(place).secrets(asked) == ({}, [])


@pytest.mark.parametrize("path", ["../outside.yaml", "/tmp/outside.yaml", "run.sh"])
def test_an_export_writes_documents_below_its_folder_only(tmp_path: Path, path: str) -> None:
    with pytest.raises(Ended, match="is no file of an export"):
        folder.write(tmp_path / "portal", [{"path": path, "text": ""}])
    assert not list(tmp_path.rglob("*.*"))


def test_an_empty_folder_is_a_mistake_and_takes_nothing_away(tmp_path: Path) -> None:
    with pytest.raises(Ended, match="There is no document below"):
        folder.read(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Ended, match="is no folder"):
        folder.read(tmp_path / "nowhere")


def test_only_a_file_of_its_own_gets_the_source_of_its_commit() -> None:
    one = "# a comment\n---\napiVersion: slipway/v1\nspec:\n  sql: |\n    SELECT 1 --- one\n"
    assert not files.ANOTHER.search(one)
    assert files.ANOTHER.search(f"{one}---\nkind: Client\n")
