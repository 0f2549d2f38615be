"""Looking: what is live, what was logged, how it goes, and the page of it."""

from __future__ import annotations

import re
import time
import webbrowser
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.text import Text

from slipway_cli import naming
from slipway_cli.client import Api, Query
from slipway_cli.endings import Code, Ended
from slipway_cli.options import AsJson, begun, examples, named, under_number
from slipway_cli.showing import BAD, BUSY, Screen, ago, lasting, moment, plain, toned

NAME = typer.Argument(
    metavar="COMPONENT", callback=named, help="Its name.", autocompletion=naming.components
)
SERVING = typer.Option(
    "--env",
    "-e",
    help="Where; the first that serves clients.",
    autocompletion=naming.environments,
)
UNDER_WAY = ["awaiting_approval", "running", "waiting"]
SPAN = re.compile(r"(\d{1,6})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PAUSE = 2.0  # seconds between looks for new lines
USUAL = "1h"
SINCE = (
    "15m, 2h, 3d ago, or an instant. Without it since that run or deployment was asked for, "
    f"or {USUAL} ago."
)
EARLY = timedelta(minutes=5)  # clocks of services may be behind
LATE = timedelta(seconds=30)  # lines come in that much after they were said
MOST = 200  # lines in a page
LEVELS = {"error": BAD, "fatal": BAD, "warn": BUSY, "warning": BUSY, "debug": "dim"}


def status(component: Annotated[str, NAME] = "", *, as_json: AsJson = False) -> None:
    """Show what is live where, and how it does. Without a component: what is being deployed."""
    screen = Screen(as_json)
    api = begun(screen)
    if component:
        _places(screen, api.get(f"components/{component}/live/"))
    else:
        _under_way(screen, list(api.rows("deployments/", {"state": UNDER_WAY})))


def _places(screen: Screen, places: list[dict[str, Any]]) -> None:
    if screen.as_json:
        screen.json(places)
        return
    screen.table(
        ("environment", "live", "since", "health", ""),
        [
            (
                plain(place["environment"]),
                f"v{place['release']}" if place["release"] else "–",
                ago(place["since_at"]),
                toned((place["observation"] or {}).get("health") or "–"),
                _remarks(place),
            )
            for place in places
        ],
    )


def _remarks(place: dict[str, Any]) -> Text:
    said = []
    if place["rejection"]:
        said.append((f"rejected: {place['rejection']['reason']}", BAD))
    if place["hold"]:
        said.append((f"paused: {place['hold']['reason']}", BUSY))
    if place["under_way"]:
        said.append((f"deployment {place['under_way']} is under way", BUSY))
    return Text("; ").join(Text(plain(words), style=style) for words, style in said)


def _under_way(screen: Screen, rows: list[dict[str, Any]]) -> None:
    if screen.as_json:
        screen.json(rows)
        return
    if not rows:
        screen.result(rows, "Nothing is being deployed, and nothing waits for an approval.")
        return
    screen.table(
        ("number", "what", "state", "asked by", "when"),
        [
            (
                str(row["number"]),
                f"{plain(row['component'])} v{row['release']} → {plain(row['environment'])}",
                toned(row["state"]),
                plain(row["requested_by"]),
                ago(row["requested_at"]),
            )
            for row in rows
        ],
    )


def logs(
    component: Annotated[str, NAME] = "",
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines.")] = False,
    environment: Annotated[
        str,
        typer.Option("--env", "-e", help="Only from there.", autocompletion=naming.environments),
    ] = "",
    level: Annotated[str, typer.Option(help="This level and worse: warning, error …")] = "",
    query: Annotated[str, typer.Option("--query", "-q", help="A query line, as on the page.")] = "",
    run: Annotated[str, typer.Option(help="Only of this run, by its number.")] = "",
    deployment: Annotated[str, typer.Option(help="Only of this deployment, by its number.")] = "",
    since: Annotated[str, typer.Option(help=SINCE)] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="The newest so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show log lines, and follow them. Oldest first; with --json one document a line."""
    screen = Screen(as_json)
    api = begun(screen)
    asked: dict[str, str | int | list[str] | None] = {
        "component": component,
        "environment": environment,
        "level": level,
        "q": query,
    }
    things = {
        "run_id": under_number(api, "runs/", run) if run else None,
        "deployment_id": under_number(api, "deployments/", deployment) if deployment else None,
    }
    asked |= {name: thing["id"] for name, thing in things.items() if thing}
    first = _instant(since) if since else beginning(filter(None, things.values()))
    found = _newest(api, {**asked, "since": first}, lines)
    _print(screen, reversed(found))
    if follow:
        _follow(screen, api, asked, {line["key"] for line in found})


def beginning(things: Iterable[dict[str, Any]]) -> str:
    """A little before the first of them was asked for; of nothing in particular, the last hour."""
    asked_at = [datetime.fromisoformat(thing["requested_at"]) for thing in things]
    return (min(asked_at) - EARLY).isoformat() if asked_at else _instant(USUAL)


def _newest(api: Api, query: Query, most: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for line in api.rows("logs/", {**query, "limit": min(most, MOST)}):
        found.append(line)
        if len(found) >= most:
            break
    return found


def _follow(screen: Screen, api: Api, asked: Query, seen: set[str]) -> None:
    """Ask again and again for the newest while; what was printed is not printed again."""
    while True:
        time.sleep(PAUSE)
        since = (datetime.now(UTC) - LATE).isoformat()
        fresh = [
            line
            for line in api.rows("logs/", {**asked, "since": since, "limit": MOST})
            if line["key"] not in seen
        ]
        seen.update(line["key"] for line in fresh)
        _print(screen, reversed(fresh))


def _print(screen: Screen, lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        if screen.as_json:
            screen.json(line, indent=None)
            continue
        at = datetime.fromisoformat(line["at"]).astimezone().strftime("%H:%M:%S.%f")[:-3]
        style = LEVELS.get(line["level"], "")
        screen.out.print(
            Text.assemble(
                (at, "dim"),
                "  ",
                (f"{plain(line['level']):<8}", style),
                f"{plain(line['component'])}  {plain(line['message'])}",
            ),
            soft_wrap=True,
        )


def _instant(text: str) -> str:
    try:
        if found := SPAN.fullmatch(text):
            return (datetime.now(UTC) - timedelta(**{UNITS[found[2]]: int(found[1])})).isoformat()
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except (ValueError, OverflowError) as error:  # the last: before there were years
        raise Ended(
            Code.USAGE, f"“{text}” is no time: write 15m, 2h, 3d or 2026-11-20T09:30:00Z."
        ) from error


def dora(
    component: Annotated[str, NAME] = "",
    *,
    team: Annotated[
        str, typer.Option(help="Of this team's components.", autocompletion=naming.teams)
    ] = "",
    environment: Annotated[str, SERVING] = "",
    days: Annotated[int, typer.Option(min=1, help="Up to now.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Show the DORA figures. Of everything, a team or a component."""
    screen = Screen(as_json)
    asked: Query = {
        "component": component,
        "team": team,
        "environment": environment,
        "days": days,
    }
    report = begun(screen).get("dora/", asked)
    if as_json:
        screen.json(report)
    else:
        _figures(screen, report)


def _figures(screen: Screen, report: dict[str, Any]) -> None:
    span = f"{moment(report['since'])[:10]} to {moment(report['until'])[:10]}"
    lines = report["components"]
    many = f"; each figure is the median of {len(lines)} components" if lines[1:] else ""
    screen.out.print(f"{plain(report['environment'])}, {span}{many}", soft_wrap=True)
    screen.table(
        ("figure", "now", "before", "of", *(["median of"] if many else [])),
        [
            (
                plain(figure["metric"]).replace("_", " "),
                _figure(figure["value"], figure["unit"]),
                _figure(figure["before"], figure["unit"]),
                str(figure["n"]),
                *([_having(lines, figure["metric"])] if many else []),
            )
            for figure in report["figures"]
        ],
    )


def _having(lines: list[dict[str, Any]], metric: str) -> str:
    """Of how many components a figure is the median: those that have one."""
    known = [each for line in lines if (each := line["figures"].get(metric))]
    return f"{sum(each['value'] is not None for each in known)} components"


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "seconds":
        return lasting(value)
    return f"{value:.1%}" if unit == "share" else f"{value:.2g} {unit}"


def open_page(
    component: Annotated[str, NAME] = "",
    *,
    deployment: Annotated[
        str, typer.Option(callback=named, help="A deployment, by its number.")
    ] = "",
    run: Annotated[str, typer.Option(help="A run, by its number.")] = "",
    only_print: Annotated[bool, typer.Option("--print", help="Only print the address.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open a page in the browser. A component's, a deployment's, a run's, or the first."""
    screen = Screen(as_json)
    api = begun(screen)
    if component:
        api.get(f"components/{component}/")
        path = f"/components/{component}/"
    elif deployment:
        path = str(api.get(f"deployments/{deployment}/")["url"])
    elif run:
        under_number(api, "runs/", run)
        path = f"/runs/{run}/"
    else:
        path = "/"
    url = api.address + path
    screen.result({"url": url}, url)
    if not (only_print or as_json) and not webbrowser.open(url):
        raise Ended(Code.USAGE, "No browser can be opened from here.", hint="Follow the address.")


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway status",
            "slipway status punctuality",
            "slipway status punctuality --json | jq '.[] | {environment, release}'",
        )
    )(status)
    app.command(
        epilog=examples(
            "slipway logs punctuality -f",
            "slipway logs punctuality --env production --level error --since 2d",
            "slipway logs --run 17 --json | jq -r .message",
        )
    )(logs)
    app.command(
        epilog=examples("slipway dora --team airline-data", "slipway dora punctuality --days 30")
    )(dora)
    app.command(
        "open",
        epilog=examples(
            "slipway open punctuality",
            "slipway open --deployment 17",
            "slipway open --run 17 --print",
        ),
    )(open_page)
