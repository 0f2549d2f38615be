"""Writes docs/command-line.md out of the commands themselves: `python -m slipway_cli.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from slipway_cli.__main__ import app
from slipway_cli.endings import MEANINGS, Code

PAGE = Path(__file__).parent.parent / "docs" / "command-line.md"
BEGINNING = """# The command line

`slipway` does over the API what the pages do, for people at a terminal and for jobs. How to get it,
and a whole job: [Ship from CI](how-to/ship-from-ci.md). This page is written from the commands
themselves; `slipway COMMAND --help` says the same.

## Where it asks, and as whom

`slipway login` keeps an address and a token in `~/.config/slipway/login.json` (or below
`XDG_CONFIG_HOME`), readable by you alone. A token is only ever sent to the address that it was made
for. These variables win over it:

| variable | what |
|---|---|
| `SLIPWAY_URL` | The address, such as `https://slipway.example`. |
| `SLIPWAY_TOKEN` | A token for it. In CI both come from the job's secrets, and nothing is kept. |
| `SLIPWAY_IDEMPOTENCY_KEY` | What `--key` says, for all commands: your name for this occasion. |

## Completion

`slipway --install-completion` teaches bash, zsh, fish or PowerShell what there is to type, from
the next shell on; `slipway --show-completion` prints that instead. Beside commands and options it
offers names of components, environments, teams, catalog sources, golden paths and queues: those of
the Slipway that you are signed in to, and that you may see. They are asked for with one second of
patience and kept for a minute in `~/.cache/slipway/names.json` (or below `XDG_CACHE_HOME`), for
you alone; when Slipway does not answer, what was known last is offered.

## Exit codes

| code | when |
|---|---|
"""
MIDDLE = """
`slipway plan` has ends of its own, as programs of its kind do: 0 where there is nothing to do, 2
where there is, 1 for whatever went wrong.

Results go to standard output; progress, and why something was refused, to standard error. With
`--json` the result is the API's own answer, and a refusal its problem, as one line of JSON with a
stable `type`.

## When the network fails

A connection that is lost, and the answers 429, 502, 503 and 504, are tried again up to five times,
after as long as the answer asks for. Whatever changes something carries an `Idempotency-Key` that
stays the same from try to try, so it is done once, also when only the answer was lost. With `--key`
it stays the same from call to call, for a day: a job that is started again after its machine died
says the same, and nothing is done twice. `apply` alone carries none and needs none: it does the
plan that its digest names, and a plan is done once.
"""


def page() -> str:
    """The whole page, as CommonMark."""
    codes = "\n".join(f"| {code.value} | {MEANINGS[code][1]} |" for code in Code)
    return "\n".join([BEGINNING + codes, MIDDLE, *_commands()])


def commands() -> dict[str, Any]:
    """Every command by its name, in the order of the help; one of a group by both words."""
    group: Any = typer.main.get_command(app)
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        found |= (
            {f"{name} {each}": one for each, one in inner.items()} if inner else {name: command}
        )
    return found


def _commands() -> Iterator[str]:
    for name, command in commands().items():
        yield f"## slipway {name}\n"
        yield " ".join(command.help.replace("\n\n", "\0").split()).replace("\0", "\n\n") + "\n"
        yield "| argument or option | what |\n|---|---|"
        for parameter in command.params:
            yield f"| {_called(parameter)} | {_said(parameter)} |"
        yield "\n```sh"
        yield from examples(command)
        yield "```\n"


def examples(command: Any) -> list[str]:
    """What the end of a command's help says to type."""
    return [line.strip() for line in command.epilog.splitlines()[2:]]


def _called(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    value = f" {parameter.metavar or 'VALUE'}" if not parameter.is_flag else ""
    names = [*parameter.opts, *parameter.secondary_opts]
    return ", ".join(f"`{name}{value if name.startswith('--') else ''}`" for name in names)


def _said(parameter: Any) -> str:
    """What it is, whether it must be there, and what it is without being named."""
    said = str(parameter.help)
    if parameter.required:
        return f"{said} *Needed.*"
    default = parameter.default
    if isinstance(default, bool) or default in {None, ""} or callable(default):
        return said
    return (
        f"{said} Without it: {default:g}."
        if isinstance(default, float)
        else (f"{said} Without it: {default}.")
    )


if __name__ == "__main__":
    PAGE.write_text(page())
