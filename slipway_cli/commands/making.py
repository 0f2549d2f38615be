"""Making a version, and trying it: register, preview, run, cancel."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from slipway_cli import against, files, naming, repository, waiting
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.options import (
    PATIENCE,
    AsJson,
    Component,
    Environment,
    File,
    Key,
    Parameters,
    Reason,
    RunNumber,
    Timeout,
    Wait,
    begun,
    examples,
    parameters,
    under_number,
)
from slipway_cli.showing import Screen, lasting, plain, toned, words


def register(
    file: File,
    *,
    with_source: Annotated[
        bool,
        typer.Option("--source/--no-source", help="Say which commit it comes from, asked of git."),
    ] = True,
    only_number: Annotated[
        bool, typer.Option("--number", help="Print the version's number only, for scripts.")
    ] = False,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Register a file as a new version. The same content again is the same version.

    Its `source` is filled in from the git repository that it lies in: the newest commit that
    changed it, when that was written, and where. Lead times are counted from there.
    """
    screen = Screen(as_json)
    text = files.read(file)
    if with_source:
        text = files.with_source(text, repository.source_of(file))
    version = begun(screen, key).send("transformations/", text, files.kind_of(text))
    commit = str(version["source"].get("commit", ""))
    name = f"{plain(version['transformation'])} v{version['number']}"
    origin = f" from {plain(commit[:12])}" if commit else ""
    screen.result(version, str(version["number"]) if only_number else name + origin)


def preview(
    file: File,
    *,
    environment: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            help="Where its inputs are read; the first that has all.",
            autocompletion=naming.environments,
        ),
    ] = "",
    param: Parameters = None,
    rows: Annotated[int | None, typer.Option(help="Rows of each input to read at most.")] = None,
    show: Annotated[int, typer.Option(help="Rows of the result to show.")] = 10,
    timeout: Timeout = 300,
    as_json: AsJson = False,
) -> None:
    """Rehearse a file on its first rows. Nothing is kept, nothing is delivered.

    Ends with 1 where the query fails, a check does, or the result is not what the contract says.
    Under a check that fails stand the first rows against it.
    """
    screen = Screen(as_json)
    api = begun(screen)
    asked: dict[str, Any] = {"file": files.read(file), "parameters": parameters(param)}
    asked |= {"environment": environment} if environment else {}
    asked |= {"rows": rows} if rows is not None else {}
    seen = waiting.preview(api, api.post("previews/", **asked), screen=screen, timeout=timeout)
    if as_json:
        screen.json(seen)
    elif seen["state"] == "succeeded":
        _rehearsed(screen, api, seen, show)
    _judged(seen)


def _rehearsed(screen: Screen, api: Api, seen: dict[str, Any], show: int) -> None:
    took = f" in {lasting(seen['seconds'])}" if seen["seconds"] is not None else ""
    where = f"{took}, read in {plain(seen['environment'])}"
    screen.result(seen, f"{seen['rows']:,} rows{_of_a_part(seen)}{where}")
    for check in seen["checks"]:
        screen.out.print(_check(check, is_judged=seen.get("is_judged", True)), soft_wrap=True)
    for complaint in seen["complaints"]:
        screen.out.print(f"✗ {plain(complaint)}", soft_wrap=True)
    if not against.show(screen, api, f"previews/{seen['id']}/", seen["checks"]):
        return
    try:
        sample = api.get(f"previews/{seen['id']}/rows/")
    except Ended as end:  # seeing rows is a right of its own
        screen.tell(end.message)
        return
    titles = [plain(column["name"]) for column in sample["columns"]]
    screen.table(titles, [[plain(cell) for cell in row] for row in sample["rows"][:show]])


def _of_a_part(seen: dict[str, Any]) -> str:
    """What was read, where that is not all: the result may be another one for that alone."""
    parts = (one for one in seen["portions"] if one["is_cut"])
    cut = [f"{one['rows']:,} rows of {plain(one['name'])}" for one in parts]
    return f": only the first {' and '.join(cut)} were read" if cut else ""


def _check(check: dict[str, Any], *, is_judged: bool) -> str:
    name = plain(check["name"])
    if not check["is_passed"]:
        return f"✗ {name}: {plain(check['message'])}"
    return f"✓ {name}" if is_judged else f"– {name}: not judged: no rows"


def _judged(seen: dict[str, Any]) -> None:
    failed = [check["name"] for check in seen["checks"] if not check["is_passed"]]
    if seen["state"] != "succeeded":
        line, column = seen["line"], seen["column"]
        place = f" (line {line}, column {column} of the query)" if line else ""
        ended = "failed" if seen["state"] == "failed" else f"was {words(seen['state'])}"
        what = f"The preview {ended}: {seen['message']}{place}"
        raise Ended(Code.ENDED_BADLY, what)
    if failed or seen["complaints"]:
        broken = [*failed, *(["the contract"] if seen["complaints"] else [])]
        raise Ended(Code.ENDED_BADLY, f"Not everything that must be true is: {', '.join(broken)}.")


def run(
    component: Component,
    *,
    environment: Environment,
    param: Parameters = None,
    reason: Reason = "",
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Run what is live somewhere, and deliver.

    With --wait it ends with 1 where the run, a check or a delivery fails, and shows the first rows
    against each check.
    """
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(
        "runs/",
        transformation=component,
        environment=environment,
        parameters=parameters(param),
        reason=reason,
    )
    screen.tell(f"Run {seen['number']}: {api.address}/runs/{seen['number']}/")
    if wait:
        seen = waiting.run(api, seen, screen=screen, timeout=timeout)
    if as_json:
        screen.json(seen)
        return
    screen.result(seen, f"Run {seen['number']} {words(seen['state'])}", *_made(seen))
    sent = waiting.newest(seen)
    if sent:
        screen.table(
            ("delivery", "client", "state", "where"),
            [
                (
                    plain(each["destination"]),
                    plain(each["client"]),
                    toned(each["state"]),
                    plain(each["location"] or ""),
                )
                for each in sent
            ],
        )


def cancel(
    number: RunNumber, *, reason: Reason = "", key: Key = "", as_json: AsJson = False
) -> None:
    """Stop a run, at once where it waits. Nothing of it is delivered."""
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(f"runs/{under_number(api, 'runs/', number)['id']}/cancel/", reason=reason)
    screen.result(seen, f"Run {seen['number']} {words(seen['state'])}: {plain(seen['message'])}")


def _made(seen: dict[str, Any]) -> list[str]:
    if seen["rows"] is None:
        return []
    took = f" in {lasting(seen['seconds'])}" if seen.get("seconds") is not None else ""
    return [f"{seen['rows']:,} rows{took} with v{seen['version']}"]


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway register punctuality.yaml",
            "RELEASE=$(slipway register punctuality.yaml --number)",
        )
    )(register)
    app.command(
        epilog=examples(
            "slipway preview punctuality.yaml --param month=2",
            "slipway preview punctuality.yaml --env staging --rows 1000",
        )
    )(preview)
    app.command(
        epilog=examples(
            "slipway run punctuality --env staging --param month=2 --wait",
            'slipway run punctuality -e production --key "$CI_PIPELINE_ID" --wait --timeout 600',
        )
    )(run)
    app.command(epilog=examples("slipway cancel 4711 --reason 'The wrong month.'"))(cancel)
