"""Proving: who did what, what was changed and by whose word, and who has access."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from slipway_cli import files, naming
from slipway_cli.client import Query
from slipway_cli.options import AsJson, begun, examples
from slipway_cli.showing import Screen, moment, plain, toned

Lines = Annotated[
    bool, typer.Option("--json", help="JSON lines instead of CSV, and refusals as JSON.")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", dir_okay=False, help="Into this file, once it is whole; else printed."
    ),
]
OfTeam = Annotated[
    str, typer.Option("--team", help="Only of this team.", autocompletion=naming.teams)
]
OfComponent = Annotated[
    str,
    typer.Option("--component", "-c", help="Only of this one.", autocompletion=naming.components),
]
Place = typer.Option("--env", "-e", help="Only there.", autocompletion=naming.environments)


def audit(
    *,
    actor: Annotated[str, typer.Option("--by", help="Only of this person, by username.")] = "",
    verb: Annotated[str, typer.Option(help="Only this act, such as deployment.approve.")] = "",
    component: OfComponent = "",
    team: OfTeam = "",
    environment: Annotated[str, Place] = "",
    since: Annotated[str, typer.Option(help="From this instant on, as 2026-09-01T00:00Z.")] = "",
    until: Annotated[str, typer.Option(help="Before this instant.")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="The newest so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show who did what, to what, when and why, the newest first."""
    screen = Screen(as_json)
    asked: Query = {
        "actor": actor,
        "verb": verb,
        "component": component,
        "team": team,
        "environment": environment,
        "since": since,
        "until": until,
        "limit": min(lines, 200),
    }
    rows = list(islice(begun(screen).rows("audit/", asked), lines))
    if as_json or not rows:
        screen.result(rows, "Nothing in the audit fits.")
        return
    screen.table(
        ("when", "who", "did", "to", "ended", "why"),
        [
            (
                moment(row["at"]),
                plain(row["actor_name"]),
                plain(row["verb"]),
                plain(row["thing"]),
                toned(row["outcome"]),
                plain(row["reason"]),
            )
            for row in rows
        ],
    )


def report(
    *,
    environment: Annotated[
        str,
        typer.Option(
            "--env", "-e", help="Where; “all”. Else production.", autocompletion=naming.environments
        ),
    ] = "",
    component: OfComponent = "",
    team: OfTeam = "",
    approval: Annotated[
        str, typer.Option(help="Only given, not-asked, rollback, not-given or missing.")
    ] = "",
    days: Annotated[str, typer.Option(help="So many, up to now.")] = "",
    since: Annotated[str, typer.Option(help="From this day on (UTC), as 2026-09-01.")] = "",
    until: Annotated[str, typer.Option(help="Through this day (UTC).")] = "",
    as_json: Lines = False,
    output: Output = None,
) -> None:
    """Take along each change of a period: who asked, who approved, and how it ended."""
    screen = Screen(as_json)
    asked: Query = {
        "environment": environment,
        "component": component,
        "team": team,
        "approval": approval,
        "days": days,
        "since": since,
        "until": until,
        "as": _form(screen),
    }
    _take(screen, begun(screen).parts("deployments/report/", asked), output)


def access_review(*, as_json: Lines = False, output: Output = None) -> None:
    """Take along who has access to what: accounts, roles, tokens, and what teams may use.

    It takes the platform role. The page of it, where it is signed: Platform, People.
    """
    screen = Screen(as_json)
    _take(screen, begun(screen).parts("access-review/", {"as": _form(screen)}), output)


def _form(screen: Screen) -> str:
    return "jsonl" if screen.as_json else "csv"


def _take(screen: Screen, parts: Iterator[bytes], output: Path | None) -> None:
    if output is not None:
        files.keep(output, parts)
        screen.tell(f"Kept in {output}.")
        return
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway audit --component punctuality -n 20",
            "slipway audit --verb deployment.approve --since 2026-09-01T00:00Z --json",
        )
    )(audit)
    app.command(
        epilog=examples(
            "slipway report --days 30 -o changes.csv",
            "slipway report --approval missing --json | wc -l",
        )
    )(report)
    app.command("access-review", epilog=examples("slipway access-review -o access.csv"))(
        access_review
    )
