"""How software is delivered, over 100,000 deployments: how long the page and the API take.

`make bench ARGS="dora"`. Everything is looked at, over a year, so that each of them counts.
"""

from __future__ import annotations

import time

import httpx

from tests.bench import inside
from tests.bench.pages import answers, p95
from tests.bench.report import Figure, keep
from tests.patience import wait_for
from tests.portal_process import Portal

WARM, TIMES = 3, 40
MOST = 200  # ms, p95
SOIL = "INSERT INTO observability_soiled (component_id, environment) SELECT id, 'production' FROM "
PAGES = {
    "a year of everything": "/dora/?team=&days=365",
    "a year of everything, its failures": "/dora/?team=&days=365&figure=fail_rate",
    "a year of everything, what was rework": "/dora/?team=&days=365&figure=rework_rate",
    "ninety days of everything": "/dora/?team=",
    "a year of a team": "/dora/?team=team-3&days=365",
    "a year of a component": "/dora/?component=service-7&days=365",
    "a year of everything, over the API": "/api/v1/dora/?days=365",
}


def measure() -> bool:
    """Whether every page kept to its goal."""
    # Here one person asks far more than a person does.
    unlimited = {"web": {"SLIPWAY_REQUESTS_A_MINUTE": "0"}}
    portal = Portal.start(with_pages=True, only=(), environment=unlimited)
    try:
        portal.manage("create_platform_admin", "bench", "--full-name", "Bench")
        said = inside.run(portal, "tests.bench.delivered")
        portal.begin("web")
        wait_for(lambda: answers(portal), 60, portal.logs)
        figures = _looked_at(portal, said["session"])
    finally:
        portal.stop()
    figures.append(Figure("judging all of them once", said["judged"], "s", "by one worker"))
    keep("dora", f"DORA over 100,000 deployments, each {TIMES} times", figures)
    return not any(figure.is_missed for figure in figures)


def _looked_at(portal: Portal, session: str) -> list[Figure]:
    figures = []
    with httpx.Client(
        base_url=portal.address, timeout=60, cookies={"sessionid": session}
    ) as client:
        for name, path in PAGES.items():
            times = [_look(client, path) for _ in range(WARM + TIMES)][WARM:]
            figures.append(Figure(name, p95(times), "ms", "p95", most=MOST))
        portal.rows(f"{SOIL} portal_component WHERE name = 'service-9' RETURNING 1")
        times = [_look(client, PAGES["a year of everything"]) for _ in range(10)]
        figures.append(Figure("… while one component is not judged yet", p95(times), "ms", "p95"))
    return figures


def _look(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return (time.perf_counter() - began) * 1000
