"""The catalog from elsewhere: look at a file before it is committed, have a source read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from slipway_cli import files, naming, waiting
from slipway_cli.endings import Code, Ended
from slipway_cli.options import AsJson, Key, Timeout, Wait, begun, examples, named
from slipway_cli.showing import Screen, plain

Descriptors = Annotated[
    Path, typer.Argument(metavar="FILE", help="A catalog-info.yaml, with as many as it likes.")
]
Source = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        callback=named,
        help="The source's name.",
        autocompletion=naming.sources,
    ),
]
BUSY = {"queued", "running"}


def validate(file: Descriptors, *, as_json: AsJson = False) -> None:
    """Look at a file of catalog descriptors. Nothing is kept, and nothing that it names is read.

    Ends with 1 where something is wrong; each finding has its line and column.
    """
    screen = Screen(as_json)
    checked = begun(screen).send("catalog/validate/", files.read(file), files.YAML)
    for one in () if as_json else checked["findings"]:
        where = f"{file}:{one['line']}:{one['column']}" if one["line"] else str(file)
        screen.out.print(f"{where}: {plain(one['message'])}", soft_wrap=True, highlight=False)
    number = len(checked["entities"])
    screen.result(checked, f"{number} {'entity' if number == 1 else 'entities'}")
    if checked["findings"]:
        wrong = len(checked["findings"])
        said = f"{wrong} {'finding' if wrong == 1 else 'findings'} in {file}."
        raise Ended(Code.ENDED_BADLY, said)


def sync(
    source: Source,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Send this, to a source without repository."),
    ] = None,
    wait: Wait = False,
    timeout: Timeout = 300,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Have a source of the catalog read now, or send it its file.

    With --wait it ends with 1 where it could not be read, or where something in it is wrong.
    """
    screen = Screen(as_json)
    api = begun(screen, key)
    path = f"catalog-sources/{source}/"
    seen: dict[str, Any]
    if file is not None:
        seen = api.send(f"{path}send/", files.read(file), files.YAML)
    else:
        seen = api.post(f"{path}sync/")
    if wait:
        seen, is_over = waiting.until(
            api,
            path,
            screen=screen,
            timeout=timeout,
            is_over=lambda now: now["state"] not in BUSY,
            progress=lambda now: [plain(now["message"])] if now["message"] else [],
        )
        if not is_over:
            waiting.unended(screen, seen)
            raise Ended(Code.STILL_GOING, f"{source} is still read after {timeout:.0f} s.")
    screen.result(seen, f"{source}: {plain(seen['message'])}")
    if wait and seen["state"] == "failed":
        raise Ended(Code.ENDED_BADLY, f"{source} could not be read: {plain(seen['message'])}")
    if wait and (wrong := api.get("entity-findings/", {"source": source, "limit": 1})["results"]):
        first = f"{wrong[0]['path']}:{wrong[0]['line'] or ''} {plain(wrong[0]['message'])}"
        raise Ended(Code.ENDED_BADLY, f"Something in {source} is wrong: {first}")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        name="catalog",
        help="What files of elsewhere describe: look at one, have a source read.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(
        epilog=examples(
            "slipway catalog validate catalog-info.yaml",
            "slipway catalog validate catalog-info.yaml --json | jq '.findings[]'",
        )
    )(validate)
    group.command(
        epilog=examples(
            "slipway catalog sync acme --wait",
            "slipway catalog sync by-hand --file catalog-info.yaml --wait",
        )
    )(sync)
    app.add_typer(group)
