"""Where tokens are kept, who can read them, and where they are sent."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from slipway_cli import kept
from slipway_cli.__main__ import main
from slipway_cli.endings import Code, Ended
from slipway_cli.kept import Login

HERE, THERE = "https://here.example", "https://there.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in (kept.URL, kept.TOKEN, kept.KEY):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_only_its_owner_can_read_the_file(folder: Path) -> None:
    path = kept.keep(Login(HERE, "one"))
    kept.keep(Login(HERE, "two"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["login.json"]
    assert kept.login() == Login(HERE, "two")


def test_a_token_is_sent_to_the_address_that_it_was_made_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept.keep(Login(HERE, "secret"))
    monkeypatch.setenv(kept.URL, THERE)
    with pytest.raises(Ended) as ended:
        kept.login()
    assert ended.value.code == Code.USAGE
    kept.keep(Login(THERE, "other"))
    assert kept.login() == Login(THERE, "other")


def test_variables_win(monkeypatch: pytest.MonkeyPatch) -> None:
    kept.keep(Login(HERE, "secret"))
    monkeypatch.setenv(kept.URL, f"{THERE}/")
    monkeypatch.setenv(kept.TOKEN, "of the job")
    assert kept.login() == Login(THERE, "of the job")


def test_signing_out_forgets_this_token_only(capsys: pytest.CaptureFixture[str]) -> None:
    kept.keep(Login(THERE, "other"))
    kept.keep(Login(HERE, "secret"))
    assert main(["logout"]) == Code.DONE
    assert HERE in capsys.readouterr().out
    assert "secret" not in kept.file().read_text()
    assert "other" in kept.file().read_text()
    assert main(["logout"]) == Code.USAGE


def test_who_is_not_signed_in_is_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == Code.USAGE
    assert "slipway login" in capsys.readouterr().err
    assert main(["status", "--json"]) == Code.USAGE
    assert '"type": "urn:slipway:cli:usage"' in capsys.readouterr().err


def test_a_file_that_is_broken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    kept.keep(Login(HERE, "secret"))
    kept.file().write_text("{")
    assert main(["whoami"]) == Code.USAGE
    assert str(kept.file()) in capsys.readouterr().err
