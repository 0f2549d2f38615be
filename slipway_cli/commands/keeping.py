"""The portal in files: export it, plan what they would change, apply it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from slipway_cli import files, naming, planned, repository
from slipway_cli import folder as folders
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.folder import Folder
from slipway_cli.options import AsJson, begun, examples
from slipway_cli.showing import Screen, plain

CHANGES = 2  # how `plan` ends where there is something to do
Place = Annotated[
    Path, typer.Option("--folder", "-f", metavar="DIR", help="The folder with the documents.")
]
Prune = Annotated[
    bool, typer.Option("--prune", help="Take away what files of this source made and say no more.")
]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="Also what files of another source keep.")
]
Source = Annotated[
    str,
    typer.Option(help="What keeps these things. Without it: the repository, and the folder in it."),
]


def export(
    place: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files are written.")],
    *,
    kind: Annotated[str, typer.Option(help="Things of this kind only, such as Client.")] = "",
    team: Annotated[
        str,
        typer.Option(help="Things that this team answers for only.", autocompletion=naming.teams),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write what is there into a folder of YAML documents.

    No secret is in them: a binding's secret becomes a reference, {env: NAME}, that you fill.
    """
    screen = Screen(as_json)
    sent = begun(screen).get("manifests/export/", {"kind": kind, "team": team})["files"]
    written = folders.write(place, sent)
    screen.result({"files": [str(path) for path in written]}, *(str(path) for path in written))


def plan(
    *,
    place: Place,
    prune: Prune = False,
    take_over: TakeOver = False,
    source: Source = "",
    as_json: AsJson = False,
) -> int:
    """Say what applying a folder would change, field by field. Nothing is done.

    Ends with 0 where there is nothing to do, with 2 where there is, and with 1 where something is
    wrong: then every mistake is told with its file, line and column. What would be refused is in
    the plan.
    """
    screen = Screen(as_json)
    try:
        folder = folders.read(place)
        asked = _asked(folder, source, prune=prune, take_over=take_over)
        seen, _ = _planned(begun(screen), screen, folder, asked)
    except Ended as end:  # 2 means something else here
        raise Ended(Code.ENDED_BADLY, end.message, hint=end.hint, problem=end.problem) from end
    screen.result(seen, *planned.lines(seen))
    return 0 if seen["is_empty"] else CHANGES


def apply(
    *,
    place: Place,
    prune: Prune = False,
    take_over: TakeOver = False,
    source: Source = "",
    agreed: Annotated[
        str, typer.Option("--plan", metavar="DIGEST", help="Only if it is still this plan.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the portal as a folder says, after showing the plan and asking.

    Each thing is done by itself, in the order in which they need each other. It stops where one is
    refused; what was done stays, and applying again goes on from there.
    """
    screen = Screen(as_json)
    api = begun(screen)
    folder = folders.read(place)
    asked = _asked(folder, source, prune=prune, take_over=take_over)
    seen, secrets = _planned(api, screen, folder, asked)
    if not as_json:
        screen.result(seen, *planned.lines(seen))
    if seen["is_empty"]:
        screen.result({"state": "done", "plan": seen}) if as_json else None
        return
    _agree(seen, agreed, yes=yes)
    asked["files"] = _with_sources(folder, seen, screen)
    agreed_to = {"digest": seen["digest"], "commit": repository.commit_of(folder.place)}
    application = api.ask("applications/", **asked, **agreed_to, secrets=secrets)
    screen.tell(f"{api.address}/manifests/{application['number']}/")
    while application["state"] == "working":
        application = api.ask(f"applications/{application['id']}/work/", secrets=secrets)
        screen.tell(f"{application['position']:,} of {application['size']:,} done")
    _ended(screen, api, application)


def _asked(folder: Folder, source: str, *, prune: bool, take_over: bool) -> dict[str, Any]:
    return {
        "files": folder.as_json(),
        "source": source or folders.source_of(folder.place),
        "prune": prune,
        "take_over": take_over,
    }


def _planned(
    api: Api, screen: Screen, folder: Folder, asked: dict[str, Any]
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The plan, and the secrets that it was made with: it says first to which ones files refer."""
    seen = api.ask("manifests/plan/", **asked)
    secrets, lacking = folder.secrets(seen["secrets"])
    for reference in lacking:
        screen.tell(f"Not known here, and so not compared: {reference}")
    return (api.ask("manifests/plan/", **asked, secrets=secrets) if secrets else seen), secrets


def _with_sources(folder: Folder, seen: dict[str, Any], screen: Screen) -> list[dict[str, str]]:
    """The files; new versions of transformations say their commit, from which lead times count."""
    changed = {step["file"] for step in seen["steps"] if step["kind"] == "Transformation"}
    texts = dict(folder.texts)
    for path in sorted(changed):
        if not files.ANOTHER.search(texts[path]):
            try:
                source = repository.source_of(folder.place / path)
            except Ended as end:
                screen.tell(f"Without a source: {end.message}")
            else:
                texts[path] = files.with_source(texts[path], source)
    return [{"path": path, "text": text} for path, text in texts.items()]


def _agree(seen: dict[str, Any], agreed: str, *, yes: bool) -> None:
    """Nothing is done without a yes to this very plan."""
    if agreed and agreed != seen["digest"]:
        raise Ended(
            Code.REFUSED,
            "It is another plan by now: the files changed, or the portal did.",
            hint="Look at it with slipway plan, then apply that.",
        )
    if seen["refused"]:
        raise Ended(
            Code.REFUSED,
            f"Nothing was done: {seen['refused']} of these would be refused.",
            hint="Mend them, or ask who may. slipway plan says each.",
        )
    if yes:
        return
    if not sys.stdin.isatty():
        raise Ended(Code.USAGE, "Nobody is here to be asked.", hint="Say --yes to do it.")
    if not typer.confirm("Do it?", err=True):
        raise Ended(Code.INTERRUPTED, "Nothing was done.")


def _ended(screen: Screen, api: Api, application: dict[str, Any]) -> None:
    """How it went: all of it, or up to where it was refused."""
    number, of = application["position"], application["size"]
    if application["state"] == "done":
        screen.result(application, f"Done: {number:,} of {of:,}.")
        return
    left = [
        f"{plain(step['kind'])} {plain(step['name'])}"
        for step in api.rows(f"applications/{application['id']}/steps/")
        if step["state"] != "done"
    ]
    more = f" and {len(left) - 10:,} more" if len(left) > 10 else ""
    screen.tell(f"Not done: {', '.join(left[:10])}{more}")
    why = application["message"] or "Somebody began to apply others in between."
    raise Ended(
        Code.ENDED_BADLY,
        f"It stopped after {number:,} of {of:,}. {why}",
        hint="What was done stays. Mend it and apply again: it goes on from there.",
        problem={**application, "detail": application["message"]} if screen.as_json else None,
    )


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples("slipway export portal/", "slipway export portal/ --team airline-data")
    )(export)
    app.command(
        epilog=examples(
            "slipway plan -f portal/",
            "slipway plan -f portal/ --prune --json | jq '.steps[].words'",
        )
    )(plan)
    app.command(
        epilog=examples("slipway apply -f portal/", "slipway apply -f portal/ --prune --yes")
    )(apply)
