"""The door: `slipway`, or `python -m slipway_cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from slipway_cli.commands import (
    catalog,
    deciding,
    keeping,
    looking,
    making,
    owning,
    paving,
    queues,
    shipping,
    signing,
    watching,
)
from slipway_cli.endings import MEANINGS, Code, Ended
from slipway_cli.options import AT_THE_END, examples
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


@app.callback()
def together() -> None:
    pass


for commands in (
    *(signing, making, shipping, deciding, looking, watching),
    *(keeping, owning, catalog, paving, queues),
):
    commands.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every end is a code of `endings.Code`, and a bug shows itself as one."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with AT_THE_END:
            code = app(said, standalone_mode=False, prog_name="slipway")
    except Ended as end:
        return Screen("--json" in said).ended(end)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\nStopped. What was asked for goes on: slipway status\n")
        return Code.INTERRUPTED
    except BrokenPipeError:  # whoever read the output has enough
        sys.stderr.close()
        return Code.DONE
    except Exception as error:
        if (shown := getattr(error, "show", None)) is None:
            raise
        shown()  # what the command line could not understand
        return Code.ENDED_BADLY if said[:1] == ["plan"] else Code.USAGE  # there 2 says: changes
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main())
