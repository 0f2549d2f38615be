"""Queues of work: how much waits in each, and keeping one from being worked on."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from slipway_cli import naming
from slipway_cli.options import WHY, AsJson, Key, begun, examples, named
from slipway_cli.showing import BAD, BUSY, Screen, ago, plain

Queue = Annotated[
    str,
    typer.Argument(metavar="QUEUE", callback=named, help="Its name.", autocompletion=naming.queues),
]


def listed(*, as_json: AsJson = False) -> None:
    """Show how much waits in each queue, and which are paused or served by nobody."""
    screen = Screen(as_json)
    found: list[dict[str, Any]] = begun(screen).get("queues/")
    if as_json:
        screen.json(found)
        return
    screen.table(
        ("queue", "due", "later", "oldest", "busy", ""),
        [
            (
                plain(queue["name"]),
                f"{queue['due']:,}",
                f"{queue['later']:,}",
                ago(queue["oldest_at"]),
                f"{queue['busy']} of {queue['slots']}",
                _remark(queue),
            )
            for queue in found
        ],
    )


def _remark(queue: dict[str, Any]) -> Text:
    if stop := queue["paused"]:
        said = f"paused by {plain(stop['by'])} {ago(stop['since_at'])}: {plain(stop['reason'])}"
        return Text(said, style=BUSY)
    return Text("" if queue["servers"] else "nobody serves it", style=BAD)


def pause(
    queue: Queue, *, reason: Annotated[str, WHY], key: Key = "", as_json: AsJson = False
) -> None:
    """Have nothing of a queue begun until someone resumes it. What is in hand ends."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"queues/{queue}/pause/", reason=reason)
    screen.result(seen, f"{plain(seen['name'])} is paused")


def resume(queue: Queue, *, key: Key = "", as_json: AsJson = False) -> None:
    """Have a paused queue worked on again."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"queues/{queue}/resume/")
    screen.result(seen, f"{plain(seen['name'])} goes on")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        name="queue",
        help="Queues of work: how they stand; pause one, resume it.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(
        "list",
        epilog=examples(
            "slipway queue list", "slipway queue list --json | jq '.[] | select(.paused)'"
        ),
    )(listed)
    group.command(
        epilog=examples("slipway queue pause deliveries --reason 'Their server is moved.'")
    )(pause)
    group.command(epilog=examples("slipway queue resume deliveries"))(resume)
    app.add_typer(group)
