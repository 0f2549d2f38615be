"""Every command says what to type, what it says is true, and the handbook has the same."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from pytest_django import Settings

from slipway_cli import reference
from slipway_cli.__main__ import main
from slipway_cli.endings import MEANINGS, Code

COMMANDS = reference.commands()


def test_the_handbook_s_page_is_what_the_commands_say() -> None:
    """Write it again with `.venv/bin/python -m slipway_cli.reference`."""
    assert reference.PAGE.read_text() == reference.page()


def test_the_commands_are_those_that_are_promised() -> None:
    promised = "login whoami register preview run deploy promote rollback approve reject hold "
    promised += (
        "status logs dora open refuse advance abort lift resume cancel health map export plan "
    )
    promised += "apply claim let-go forget"
    groups = (
        "catalog validate,catalog sync,queue list,queue pause,queue resume,path list,path plan,"
    )
    groups += "path start,path status,path retry,path cancel,path undo,path publish"
    assert {*promised.split(), *groups.split(",")} <= COMMANDS.keys()


def test_every_end_has_its_meaning() -> None:
    assert MEANINGS.keys() == set(Code)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help"]) == Code.DONE
    said = capsys.readouterr().out
    command = COMMANDS[name]
    assert command.help.splitlines()[0] in " ".join(said.split())
    assert "Examples:" in said
    assert all(line in said for line in reference.examples(command))
    options = {name for each in command.params for name in each.opts}
    assert "--json" in options
    assert all(each.help for each in command.params)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_can_be_typed(name: str) -> None:
    """Its words are a command, its arguments and its options; what the shell adds is cut off."""
    for line in reference.examples(COMMANDS[name]):
        typed = re.split(r" [|<] ", re.sub(r"^\w+=\$\((.*)\)$", r"\1", line))[0]
        program, *rest = shlex.split(typed)
        words = name.split()
        assert (program, rest[: len(words)]) == ("slipway", words)
        context: Any = COMMANDS[name].make_context(name, rest[len(words) :])
        assert context.params


def test_what_can_t_be_understood_is_said_with_the_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["deploy", "punctuality"]) == Code.USAGE
    assert "Usage: slipway deploy" in capsys.readouterr().err
    assert main(["no-such-command"]) == Code.USAGE
    assert main(["status", "punctuality/../tokens"]) == Code.USAGE
    assert "can't be a name" in capsys.readouterr().err


def test_a_shell_can_complete_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_SLIPWAY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "slipway ro")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        main([])
    assert capsys.readouterr().out.split() == ["rollback"]


def test_it_says_which_version_it_is_and_that_is_the_portals(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    assert main(["--version"]) == Code.DONE
    assert capsys.readouterr().out == f"slipway {settings.VERSION}\n"
