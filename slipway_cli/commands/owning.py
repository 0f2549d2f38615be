"""Who answers for a thing, and what keeps it: claim, let go, forget."""

from __future__ import annotations

from typing import Annotated

import typer

from slipway_cli import naming
from slipway_cli.options import WHY, AsJson, Component, Key, Reason, begun, examples
from slipway_cli.showing import Screen, plain


def claim(
    component: Component,
    *,
    team: Annotated[
        str,
        typer.Option(
            metavar="TEAM",
            help="Which team answers for it from now on.",
            autocompletion=naming.teams,
        ),
    ],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Answer for a service that was seen and that nobody has.

    From then on only tokens of that team send its telemetry. The second to claim it is told who was
    first.
    """
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"components/{component}/claim/", team=team)
    screen.result(seen, f"{plain(seen['team'])} answers for {plain(seen['name'])}")


def let_go(
    component: Component,
    *,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Undo a claim. Nobody answers for it again, until someone claims it."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"components/{component}/let-go/", reason=reason)
    screen.result(seen, f"Nobody answers for {plain(seen['name'])} now")


def forget(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Its kind, such as Client.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, as its file says it.")],
    *,
    reason: Reason = "",
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Keep a thing in no file any more. It stays, and its page has it until files say it again."""
    screen = Screen(as_json)
    seen = begun(screen, key).post("manifests/let-go/", kind=kind, name=name, reason=reason)
    screen.result(seen, f"{plain(kind)} {plain(name)} is kept in no file any more")


def add_to(app: typer.Typer) -> None:
    app.command(epilog=examples("slipway claim turnstile --team airline-data"))(claim)
    app.command(
        "let-go", epilog=examples("slipway let-go turnstile --reason 'It was only tried.'")
    )(let_go)
    app.command(
        epilog=examples("slipway forget Client acme-travel --reason 'Sales keeps it now.'")
    )(forget)
