"""Ordinary trouble on one's own machine ends with a code and a sentence, never with a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.utils import timezone

from observability.logs.stores.postgres import PostgresLogs
from slipway_cli import kept
from slipway_cli.__main__ import main
from slipway_cli.endings import Code
from tests.contracts.test_log_stores import line
from tests.deployments.world import World
from tests.slipway_cli.conftest import SignedIn

Shell = Callable[..., subprocess.CompletedProcess[str]]
MANY = 400  # lines: more than what waits in a pipe for its reader
WORDS = "✓" * 200


@pytest.fixture
def mira(world: World, signed_in: SignedIn) -> None:
    """She is signed in, where a component can be held and much was logged."""
    now = timezone.now()
    PostgresLogs().write([line(WORDS, now) for _ in range(MANY)])
    signed_in("mira")


@pytest.fixture
def shell(mira: None) -> Shell:
    """`shell("slipway logs | head -1")`: with what a shell does to the streams of a command."""

    def run(typed: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = (
            f'slipway() {{ "{sys.executable}" -m slipway_cli "$@"; }}; set -o pipefail; {typed}'
        )
        done = subprocess.run(
            ["bash", "-c", command],
            env=os.environ | {"PYTHONIOENCODING": "utf-8"} | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="latin-1",
            check=False,
        )
        assert "Traceback" not in done.stderr
        assert "Exception" not in done.stderr
        return done

    return run


HOLD = "slipway hold carrier-punctuality -e staging -r 'It is moved.'"


def test_a_disk_that_is_full_is_told_with_what_was_done_before(shell: Shell) -> None:
    full = shell(f"{HOLD} --json > /dev/full")
    assert full.returncode == Code.USAGE
    assert "No space left on device" in full.stderr
    assert "what was asked for is done" in full.stderr
    assert "Nothing was changed." in shell("slipway logs > /dev/full").stderr


@pytest.mark.parametrize("form", ["", " --json"])
def test_who_reads_no_further_ends_nothing(shell: Shell, form: str) -> None:
    some = shell(f"slipway logs -n {MANY}{form} | head -1")
    assert (some.returncode, some.stderr) == (Code.DONE, "")


def test_an_output_that_is_closed_is_not_missed(shell: Shell) -> None:
    assert shell(f"{HOLD} >&-").returncode == Code.DONE


def test_letters_that_the_output_can_t_hold_lose_no_result(shell: Shell) -> None:
    plain = shell("slipway logs -n 1", PYTHONIOENCODING="ascii")
    assert (plain.returncode, "???" in plain.stdout) == (Code.DONE, True)
    told = shell("slipway logs -n 1 --json", PYTHONIOENCODING="ascii")
    assert json.loads(told.stdout)["message"] == WORDS


def test_what_nobody_is_there_to_type_is_said(shell: Shell) -> None:
    asked = shell("slipway login --url http://127.0.0.1:9")
    assert asked.returncode == Code.USAGE
    assert "slipway login --with-token" in asked.stderr


@pytest.mark.usefixtures("mira")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "/dev/null/x"], "/dev/null/x can't be used: Not a directory."),
        (["export", __file__], f"{__file__} can't be used: "),
        (["hold", "x", "-e", "y", "-r", "z", "--key", "jenkins-Führung-12"], "can't be a key"),
        (["logs", "--since", "999999d"], "“999999d” is no time"),
        (["login", "--url", "https://x:port", "--username", "x"], "is no address of a Slipway"),
    ],
)
def test_what_is_wrong_here_is_said_in_a_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slipway_cli.commands.signing.getpass", lambda _: "hush")
    assert main(words) == Code.USAGE
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("mira")
def test_a_token_with_a_letter_that_none_has_is_sent_nowhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(kept.TOKEN, "slw_für")
    assert main(["logs"]) == Code.USAGE
    assert "a character that no token has" in capsys.readouterr().err
