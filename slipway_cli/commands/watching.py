"""How things do, and what calls what: health, map."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import typer
from rich.text import Text

from slipway_cli import naming
from slipway_cli.client import Query
from slipway_cli.options import AsJson, Component, begun, examples
from slipway_cli.showing import BAD, BUSY, Screen, ago, lasting, moment, plain

MANY = 200  # edges that are asked for at once
# Which durations are shown, and what they are called.
MEASURES = {"p50": "median", "p95": "p95", "p99": "p99"}
Red = dict[str, Any]


def health(
    component: Component,
    *,
    environment: Annotated[
        str,
        typer.Option(
            "--env",
            "-e",
            help="Where; the one that serves clients.",
            autocompletion=naming.environments,
        ),
    ] = "",
    span: Annotated[str, typer.Option(help="Up to now: 1h, 6h, 24h, 7d or 30d.")] = "24h",
    as_json: AsJson = False,
) -> None:
    """Show how a component fares. Rate, errors and duration, beside the time before."""
    screen = Screen(as_json)
    asked: Query = {"component": component, "environment": environment, "span": span}
    seen = begun(screen).get("health/", asked)
    if as_json:
        screen.json(seen)
        return
    where = f" in {plain(seen['environment'])}" if seen["environment"] else ""
    times = f"{moment(seen['since'])} to {moment(seen['until'])}"
    screen.out.print(f"{plain(seen['component'])}{where}, {times}")
    screen.table(("figure", "now", "before"), _figures(seen["now"], seen["before"]))
    if seen["operations"]:
        screen.out.print()
        screen.table(
            ("operation", "requests", "failed", "p95", "before"),
            [
                (
                    plain(one["name"]),
                    f"{one['now']['n']:,}",
                    _failed(one["now"]),
                    _took(one["now"]["p95"]),
                    _took(one["before"]["p95"]),
                )
                for one in seen["operations"]
            ],
        )
    if work := seen["work"]:
        said = f"{work['n']:,} runs: {work['failed']:,} failed, {work['running']:,} under way"
        screen.out.print(Text(said, style=BAD if work["failed"] else ""))


def _figures(now: Red, before: Red) -> Iterator[tuple[str | Text, ...]]:
    yield "requests", f"{now['n']:,}", f"{before['n']:,}"
    yield "a second", f"{now['rate']:.2g}", f"{before['rate']:.2g}"
    yield "failed", _failed(now), _failed(before)
    for name, words in MEASURES.items():
        yield words, _took(now[name]), _took(before[name])


def _failed(red: Red) -> Text:
    if red["error_share"] is None:
        return Text("–")
    return Text(f"{red['error_share']:.1%}", style=BAD if red["failed"] else "")


def _took(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else lasting(seconds)


def service_map(
    around: Annotated[
        str,
        typer.Argument(
            metavar="COMPONENT",
            help="Only what lies around it, or around another thing, such as queue:runs.",
            autocompletion=naming.components,
        ),
    ] = "",
    *,
    depth: Annotated[int, typer.Option(min=1, max=3, help="So many steps around it.")] = 1,
    environment: Annotated[
        str,
        typer.Option("--env", "-e", help="Only from there.", autocompletion=naming.environments),
    ] = "",
    time: Annotated[str, typer.Option(help="Up to now: 1h, 6h, 1d, 7d or 30d.")] = "1d",
    way: Annotated[
        str, typer.Option(help="both; declared: and not seen; seen: and not declared.")
    ] = "",
    sort: Annotated[str, typer.Option(help="calls, errors, slow or name.")] = "calls",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="The first so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what calls what. As spans show it, and as teams declare it."""
    screen = Screen(as_json)
    asked: Query = {
        "around": around,
        "depth": depth,
        "environment": environment,
        "time": time,
        "way": way,
        "sort": sort,
        "limit": min(lines, MANY),
    }
    edges = list(islice(begun(screen).rows("service-map/", asked), lines))
    if as_json:
        screen.json(edges)
        return
    if not edges:
        screen.result(edges, "Nothing called anything in this time, and nothing is declared.")
        return
    screen.table(
        ("caller", "callee", "calls", "failed", "mean", "p95", "seen", ""),
        [
            (
                _end(edge["caller"]),
                _end(edge["callee"]),
                f"{edge['calls']:,}",
                Text(f"{edge['failed']:,}", style=BAD if edge["failed"] else ""),
                _took(edge["mean"]),
                _took(edge["p95"]),
                ago(edge["last_seen_at"]),
                _way(edge["way"]),
            )
            for edge in edges
        ],
    )


def _end(end: dict[str, str]) -> str:
    kind = "" if end["kind"] == "component" else f"{end['kind']} "
    return plain(f"{kind}{end['name']}")


def _way(way: str) -> Text:
    words = {"seen": "not declared", "declared": "not seen"}.get(way, "")
    return Text(words, style=BUSY)


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway health punctuality",
            "slipway health punctuality --env staging --span 7d",
            "slipway health punctuality --json | jq .now.error_share",
        )
    )(health)
    app.command(
        "map",
        epilog=examples(
            "slipway map --sort errors --time 7d",
            "slipway map punctuality --depth 2",
            "slipway map --way seen --json | jq '.[].callee'",
        ),
    )(service_map)
