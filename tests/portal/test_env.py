"""Settings from the environment: each reader takes a file, and refuses what makes no sense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal import env

NAME = "SLIPWAY_TEST_OF_READING"


@pytest.fixture(autouse=True)
def unread() -> Any:
    yield
    env.forget(NAME)


@pytest.mark.parametrize(
    ("read", "written", "means"),
    [
        (env.text, "words", "words"),
        (env.flag, "yes", True),
        (lambda name: env.integer(name, 1), "12", 12),
        (lambda name: env.words(name, ["usual"]), "new,old", ["new", "old"]),
        (lambda name: env.choice(name, "one", {"one", "Two"}), "two", "Two"),
    ],
)
def test_a_file_holds_what_the_setting_is(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    read: Callable[[str], object],
    written: str,
    means: object,
) -> None:
    file = tmp_path / "value"
    file.write_text(f"{written}\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(file))
    assert read(NAME) == means
    assert env.READ[NAME].source == "file"


def test_a_number_below_the_least_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "-1")
    with pytest.raises(env.Misconfigured, match=f"{NAME}=-1: 0 is the least"):
        env.integer(NAME, 5)


@pytest.mark.parametrize(
    "written",
    ["example.com", "https://", "https:///path", "https://a b", "ftp://a", "https://a:0",
     "https://a:99999", "https://[a", "https://a\nb"],
)  # fmt: skip
def test_what_can_be_no_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv(NAME, written)
    with pytest.raises(env.Misconfigured) as refused:
        env.address(NAME)
    words = "is no address: write https:// or http:// and a host, without spaces."
    assert str(refused.value) == f"{NAME} {words}"


def test_nothing_written_is_the_usual_address_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "")
    assert env.address(NAME) == ""
    assert env.address(NAME, "https://here") == "https://here"


def test_a_word_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "three")
    with pytest.raises(env.Misconfigured, match="say one, two"):
        env.choice(NAME, "one", {"one", "two"})


def test_a_kept_secret_is_made_once_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret_key"
    made = env.kept_secret(path)
    assert env.kept_secret(path) == made
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("")
    with pytest.raises(env.Misconfigured, match="is empty: put back"):
        env.kept_secret(path)
