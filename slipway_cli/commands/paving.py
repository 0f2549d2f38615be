"""Golden paths: what there is, what one would do, doing it, going on and taking back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from slipway_cli import files, naming, waiting
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.options import (
    PATIENCE,
    WHY,
    AsJson,
    Key,
    Reason,
    Timeout,
    Wait,
    begun,
    examples,
    named,
    parameters,
)
from slipway_cli.showing import BAD, Screen, ago, plain, toned, words

Name = Annotated[
    str,
    typer.Argument(
        metavar="PATH", callback=named, help="The path's name.", autocompletion=naming.paths
    ),
]
Use = Annotated[
    str, typer.Argument(metavar="NUMBER", callback=named, help="The number of what was started.")
]
Answers = Annotated[
    list[str] | None,
    typer.Option("--answer", "-a", metavar="NAME=VALUE", help="An answer; again for more."),
]
MARKS = {"would": "+", "open": "?", "skipped": "–", "refused": "✗"}
GOOD_ENDS = {"done", "undone"}


def listed(*, as_json: AsJson = False) -> None:
    """Show the golden paths that you may see."""
    screen = Screen(as_json)
    rows = list(begun(screen).rows("golden-paths/"))
    if as_json:
        screen.json(rows)
        return
    screen.table(
        ("path", "version", "used", "what it does"),
        [
            (
                plain(row["name"]),
                f"v{row['version']}" if row["is_offered"] else "not offered",
                f"{row['used']:,}",
                plain(row["description"] or row["title"]),
            )
            for row in rows
        ],
    )


def plan(name: Name, *, answer: Answers = None, key: Key = "", as_json: AsJson = False) -> None:
    """Say what a golden path would do with these answers. Nothing is done; a draft is kept.

    Ends with 3 where it could not be started so: an answer is missing, or a step would be refused.
    """
    screen = Screen(as_json)
    api = begun(screen, key)
    draft = _asked(api, name, answer, is_dry_run=True)
    steps, objections = draft["plan"]["steps"], draft["plan"]["objections"]
    screen.tell(f"{api.address}{draft['url']}")
    screen.result(draft, *_planned(steps))
    if said := [plain(one["message"]) for one in objections]:
        raise Ended(Code.REFUSED, f"It can't be started so. {' '.join(said)}")
    if missing := [plain(step["title"]) for step in steps if step["stands"] == "open"]:
        raise Ended(Code.REFUSED, f"Answers are missing for: {', '.join(missing)}.")


def _planned(steps: list[dict[str, Any]]) -> Iterator[Text]:
    for step in steps:
        said = plain(step["words"] or step["title"])
        style = BAD if step["stands"] == "refused" else ""
        yield Text(f"{MARKS.get(step['stands'], '·')} {said}", style=style)


def start(
    name: Name,
    *,
    answer: Answers = None,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Start something by a golden path, with these answers."""
    screen = Screen(as_json)
    api = begun(screen, key)
    _followed(screen, api, _asked(api, name, answer, is_dry_run=False), wait=wait, timeout=timeout)


def _asked(api: Api, name: str, given: list[str] | None, *, is_dry_run: bool) -> dict[str, Any]:
    answers = parameters(given, "--answer")
    return api.post("golden-path-runs/", path=name, answers=answers, dry_run=is_dry_run)


def status(
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", callback=named, help="Of what was started.")
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show how far something is that was started. Without a number: what is under way or failed."""
    screen = Screen(as_json)
    api = begun(screen)
    if number:
        seen = api.get(f"golden-path-runs/{number}/")
        screen.result(seen, _line(seen), *_stepped(seen))
        return
    asked = {"state": ["running", "undoing", "failed", "stuck"]}
    rows = list(api.rows("golden-path-runs/", asked))
    if as_json:
        screen.json(rows)
        return
    if not rows:
        screen.result(rows, "Nothing is under way, and nothing has stopped.")
        return
    screen.table(
        ("number", "path", "what", "state", "by", "when"),
        [
            (
                str(row["number"]),
                plain(row["path"]),
                plain(row["subject"]),
                toned(row["state"]),
                plain(row["started_by"]),
                ago(row["started_at"]),
            )
            for row in rows
        ],
    )


def retry(
    number: Use,
    *,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Try the step that failed once more, then go on."""
    screen = Screen(as_json)
    api = begun(screen, key)
    _followed(
        screen, api, api.post(f"golden-path-runs/{number}/retry/"), wait=wait, timeout=timeout
    )


def cancel(number: Use, *, reason: Reason = "", key: Key = "", as_json: AsJson = False) -> None:
    """Begin no further step. What is done stays."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"golden-path-runs/{number}/cancel/", reason=reason)
    screen.result(seen, _line(seen))


def undo(
    number: Use,
    *,
    reason: Annotated[str, WHY],
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Take back what can be taken back, the last step first."""
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(f"golden-path-runs/{number}/undo/", reason=reason)
    _followed(screen, api, seen, wait=wait, timeout=timeout)


def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A golden path's file.")],
    *,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Publish a file as a new version of its golden path. The same content is the same version."""
    screen = Screen(as_json)
    text = files.read(file)
    seen = begun(screen, key).send("golden-paths/", text, files.kind_of(text))
    screen.result(seen, f"{plain(seen['name'])} v{seen['version']}")


def _followed(
    screen: Screen, api: Api, seen: dict[str, Any], *, wait: bool, timeout: float
) -> None:
    """Say what was started, and how it ended where that is wanted."""
    where = f"{api.address}{seen['url']}"
    screen.tell(where)
    if wait:
        seen, is_over = waiting.until(
            api,
            f"golden-path-runs/{seen['id']}/",
            screen=screen,
            timeout=timeout,
            is_over=lambda now: now["state"] not in {"running", "undoing"},
            progress=waiting.steps,
        )
        name = f"{seen['path']} {seen['number']}"
        if not is_over or seen["state"] not in GOOD_ENDS:
            waiting.unended(screen, seen)
        if not is_over:
            said = f"{name} is still {words(seen['state'])} after {timeout:.0f} s. It goes on."
            raise Ended(Code.STILL_GOING, said, hint=f"Look at {where}")
        if seen["state"] not in GOOD_ENDS:
            said = f"{name} ended as {words(seen['state'])}. {seen['message']}".strip()
            raise Ended(Code.ENDED_BADLY, said, hint=f"Look at {where}")
    screen.result(seen, _line(seen))


def _line(seen: dict[str, Any]) -> str:
    subject = f" ({plain(seen['subject'])})" if seen["subject"] else ""
    return f"{plain(seen['path'])} {seen['number']}{subject} {words(seen['state'])}"


def _stepped(seen: dict[str, Any]) -> Iterator[Text]:
    for step in seen["steps"]:
        told = f" {plain(step['message'])}" if step["message"] else ""
        yield Text.assemble("  ", toned(step["state"]), f"  {plain(step['title'])}{told}")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        name="path",
        help="Golden paths: see what there is, plan, start, go on, take back, publish.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    deprecating = "deprecate-component -a component=punctuality -a sunset_on=2035-12-31"
    group.command("list", epilog=examples("slipway path list"))(listed)
    group.command(epilog=examples(f"slipway path plan {deprecating}"))(plan)
    group.command(epilog=examples(f"slipway path start {deprecating} --wait"))(start)
    group.command(
        epilog=examples("slipway path status", "slipway path status 12 --json | jq .links")
    )(status)
    group.command(epilog=examples("slipway path retry 12 --wait"))(retry)
    group.command(epilog=examples("slipway path cancel 12 --reason 'Not this year.'"))(cancel)
    group.command(epilog=examples("slipway path undo 12 --reason 'It stays.' --wait"))(undo)
    group.command(epilog=examples("slipway path publish new-service.yaml"))(publish)
    app.add_typer(group)
