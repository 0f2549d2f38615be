"""The door: `slipway`, or `python -m slipway_cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from slipway_cli import VERSION, streams
from slipway_cli.commands import (
    catalog,
    deciding,
    keeping,
    looking,
    making,
    owning,
    paving,
    proving,
    queues,
    shipping,
    signing,
    watching,
)
from slipway_cli.endings import MEANINGS, Code, Ended
from slipway_cli.options import AT_THE_END, OPENED, examples
from slipway_cli.showing import Screen

CODES = "\b\nExit codes:\n" + "\n".join(f"  {code.value:<5}{MEANINGS[code][0]}" for code in Code)

app = typer.Typer(
    name="slipway",
    help="Ship transformations with Slipway: register, deploy, promote, run, roll back.",
    epilog=examples(
        "slipway login --url https://slipway.example",
        "slipway register punctuality.yaml",
        "slipway deploy punctuality latest --env staging --wait",
    )
    + "\n\n"
    + CODES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer gives it by position
    if wanted:
        typer.echo(f"slipway {VERSION}")
        raise typer.Exit


@app.callback()
def together(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print which it is.")
    ] = False,
) -> None:
    pass


for commands in (
    *(signing, making, shipping, deciding, looking, watching),
    *(keeping, owning, catalog, paving, queues, proving),
):
    commands.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every end is a code of `endings.Code`, and a bug shows itself as one."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    streams.opened()
    try:
        return _run(said)
    except Ended as end:
        with suppress(OSError):  # nobody hears it: the code says it as well
            Screen("--json" in said).ended(end)
        return _of(end.code, said)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. What was asked for goes on: slipway status\n")
        return Code.INTERRUPTED
    except Exception as error:
        if (shown := getattr(error, "show", None)) is None:
            raise
        shown()  # what the command line could not understand
        return _of(Code.USAGE, said)


def _of(code: Code, said: Sequence[str]) -> Code:
    """The code for it; with `plan` 2 says that there are changes."""
    return Code.ENDED_BADLY if code == Code.USAGE and said[:1] == ["plan"] else code


def _run(said: Sequence[str]) -> int:
    """How the command ends; what this machine would not do for it ends in words as well."""
    OPENED.clear()
    try:
        with AT_THE_END:
            code = int(app(said, standalone_mode=False, prog_name="slipway") or 0)
            sys.stdout.flush()
    except typer.Abort as stopped:
        if sys.stdin and sys.stdin.isatty():
            raise KeyboardInterrupt from stopped
        raise streams.unheard() from stopped
    except SystemExit as end:  # Typer's way of saying that nobody reads the output any more
        if not isinstance(end.__context__, OSError):
            raise
        return _without(end.__context__)
    except (OSError, UnicodeError) as error:
        return _without(error)
    if code == Code.INTERRUPTED:
        raise KeyboardInterrupt
    return code


def _without(error: OSError | UnicodeError) -> Code:
    streams.let_go()
    if streams.has_enough(error):
        return Code.DONE
    raise streams.lacking(error, was_asked=any(api.has_asked for api in OPENED)) from error


if __name__ == "__main__":
    sys.exit(main())
