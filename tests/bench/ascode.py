"""5,000 things in files: how long a plan of them takes, beside reading the same YAML alone.

`make bench ARGS="ascode"`. Planned into an empty portal, applied, and planned again: then there is
nothing to do, which is what a job finds most of the time.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import yaml

from tests.bench.report import Figure, keep
from tests.portal_process import Portal

TIMES = 5
MOST = 10.0  # seconds, where nothing else runs
TIMES_READING = 10.0  # as long as reading alone: holds on a busy machine, too
TEAMS, QUERIES = 100, 200
OBJECTS = 5000
BEGINNING = "apiVersion: slipway/v1\nkind: "


def measure() -> bool:
    """Whether planning kept to its goal."""
    portal = Portal.start(own_servers=True)
    try:
        said = portal.manage(
            "create_platform_admin", "bench", "--full-name", "Bench", "--token", "bench"
        )
        token = re.search(r"slw_\S+", said)
        assert token, said
        with httpx.Client(
            base_url=f"{portal.address}/api/v1",
            headers={"Authorization": f"Bearer {token.group()}"},
            timeout=120,
        ) as api:
            figures = _figures(api, "---\n".join(_documents()))
    finally:
        portal.stop()
    keep("ascode", f"{OBJECTS:,} things in files, each plan {TIMES} times", figures)
    return not any(figure.is_missed for figure in figures)


def _figures(api: httpx.Client, text: str) -> list[Figure]:
    asked = {"source": "bench", "files": [{"path": "all.yaml", "text": text}]}
    assert text.count("kind: ") >= OBJECTS
    reading, first = [], []
    for _ in range(TIMES):  # in turn, so that a slow minute of the machine hits both
        reading.append(_timed(lambda: _read(text)))
        first.append(_timed(lambda: _post(api, "/manifests/plan/", asked)))
    plan = _post(api, "/manifests/plan/", asked)
    assert (plan["counts"]["create"], plan["refused"]) == (OBJECTS, 0), plan["counts"]
    applied = _timed(lambda: _apply(api, {**asked, "digest": plan["digest"]}))
    again = [_timed(lambda: _post(api, "/manifests/plan/", asked)) for _ in range(TIMES)]
    assert _post(api, "/manifests/plan/", asked)["is_empty"]
    alone, new, kept = (statistics.median(times) for times in (reading, first, again))
    return [
        Figure("planned into an empty portal", new, "s", "one request", f"{MOST:g}"),
        Figure("planned again, with nothing to do", kept, "s", "one request", f"{MOST:g}"),
        Figure("read as YAML alone", alone, "s", "by libyaml, in this process"),
        Figure("planned, of reading alone", new / alone, "times", "in turn", most=TIMES_READING),
        Figure("planned again, of reading alone", kept / alone, "times", most=TIMES_READING),
        Figure("applied", applied, "s", "each in a transaction of its own"),
    ]


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _read(text: str) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    assert sum(1 for _ in yaml.load_all(text, Loader=loader)) == OBJECTS


def _post(api: httpx.Client, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(path, json=asked)
    if answer.is_error:
        raise SystemExit(f"POST {path}\n{answer.status_code} {answer.text[:2000]}")
    found: dict[str, Any] = answer.json()
    return found


def _apply(api: httpx.Client, asked: dict[str, Any]) -> None:
    application = _post(api, "/applications/", asked)
    while application["state"] == "working":
        application = _post(api, f"/applications/{application['id']}/work/", {})
    assert application["state"] == "done", application["message"]


def _documents() -> Iterator[str]:
    """So many of each kind, each naming others; the rest are components."""
    made = [
        f"Environment\nmetadata: {{name: {name}}}\nspec: {{order: {order}}}\n"
        for order, name in enumerate(("development", "staging", "production"))
    ]
    for team in range(TEAMS):
        owner = f"team: team-{team}"
        made.append(
            f"Team\nmetadata: {{name: team-{team}}}\nspec: {{members: {{bench: maintainer}}}}\n"
        )
        made.append(
            f"Connection\nmetadata: {{name: source-{team}, {owner}}}\nspec: {{kind: postgres}}\n"
        )
        made.append(f"Client\nmetadata: {{name: client-{team}, {owner}, title: Client {team}}}\n")
        made.append(
            f"Destination\nmetadata: {{name: drop-{team}, {owner}}}\n"
            f"spec: {{kind: postgres, client: client-{team}}}\n"
        )
        made += [
            f"Grant\nmetadata: {{name: team-{team}/use/{kind}-{team}}}\n"
            for kind in ("connection/source", "client/client", "destination/drop")
        ]
        for place in ("staging", "production"):
            for thing in (f"connection/source-{team}", f"destination/drop-{team}"):
                address = f"postgresql://role@{place}.example:5432/db{team}"
                made.append(
                    f"Binding\nmetadata: {{name: {thing}/{place}}}\nspec: {{address: {address}}}\n"
                )
    for query in range(QUERIES):
        team = query % TEAMS
        made.append(
            f"Transformation\nmetadata: {{name: query-{query}, team: team-{team}}}\nspec:\n"
            f"  inputs: {{rows: {{connection: source-{team}, table: public.rows}}}}\n"
            f"  sql: |\n    SELECT kind, count(*) AS {'n' * (query % 7 + 1)}\n    FROM rows\n"
            "    GROUP BY kind\n"
        )
    made += [
        (
            f"Component\nmetadata: {{name: service-{number}, team: team-{number % TEAMS}, "
            f"title: Service {number}}}\nspec:\n  kind: service\n  tier: {number % 4 + 1}\n"
            f'  links: [{{url: "https://wiki.example/{number}", title: Runbook, kind: runbook}}]\n'
        )
        for number in range(OBJECTS - len(made))
    ]
    return (f"{BEGINNING}{one}" for one in made)
