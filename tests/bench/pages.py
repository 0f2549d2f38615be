"""Every page in a large installation: how long the server takes, and fifty people at once.

`make bench ARGS="pages"`; `SLIPWAY_CROWD=0.1` settles a tenth of it, for a look while working.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from launch.places import PYTHON, ROOT
from tests.bench.report import Figure, keep
from tests.bench.settle import PASSWORD, PERSON
from tests.portal_places import wait_for
from tests.portal_process import Portal

WARM, TIMES = 2, 20
PEOPLE, SECONDS = 50, 20.0
PAGE, SEARCH, PALETTE = 150, 100, 100  # ms, p95 at the server
SOUGHT = (
    "carrier",
    "carr",
    "flig by",
    "carier weather",
    "column:carrier_1",
    "team-017",
    "roll back",
)
COMPONENT = (
    "SELECT c.name FROM portal_component c JOIN pipelines_transformation t ON t.component_id = c.id"
    " JOIN pipelines_run r ON r.transformation_id = t.id GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
)
# A noun of an address -> what to put where it has {name}, {number}, {pk}: that with most history
ROWS = {
    "components": COMPONENT,
    "runs": "SELECT number FROM pipelines_run WHERE state = 'succeeded' ORDER BY id DESC LIMIT 1",
    "deployments": "SELECT number FROM deployments_deployment ORDER BY id DESC LIMIT 1",
    "clients": "SELECT name FROM pipelines_client ORDER BY id LIMIT 1",
    "connections": "SELECT name FROM pipelines_connection ORDER BY id LIMIT 1",
    "destinations": "SELECT name FROM pipelines_destination ORDER BY id LIMIT 1",
    "teams": "SELECT name FROM portal_team ORDER BY id LIMIT 1",
    "people": "SELECT username FROM portal_user ORDER BY id LIMIT 1",
    "audit": "SELECT id FROM portal_entry ORDER BY id DESC LIMIT 1",
    "versions": "SELECT 2",
    "handbook": "SELECT 'glossary'",
    "golden-paths": "SELECT name FROM portal_goldenpath ORDER BY id LIMIT 1",
    "in": "SELECT 'production'",
}
# Not pages to look at: forms of what is not there, files, streams
LEFT_OUT = ("/api/", "/healthz", "/readyz", "/metrics", "/sign-in", "/rows", "/lift", "/resume")


@dataclass
class Site:
    """The running portal with its crowd, and a browser in which a maintainer is signed in."""

    portal: Portal
    found: dict[str, str] = field(default_factory=dict)

    def browser(self) -> httpx.Client:
        client = httpx.Client(base_url=self.portal.address, timeout=60)
        client.get("/sign-in")
        body = {
            "username": PERSON,
            "password": PASSWORD,
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        answer = client.post("/sign-in", data=body)
        assert answer.status_code == 302, answer.text
        return client

    def value(self, noun: str) -> str | None:
        """What to look at of a noun, None where the bench knows none."""
        if noun not in self.found and noun in ROWS:
            rows = self.portal.rows(ROWS[noun])
            self.found[noun] = str(rows[0][0]) if rows else ""
        return self.found.get(noun) or None


def measure() -> None:
    portal = Portal.start(with_pages=True, only=())
    try:
        settle(portal)
        portal.begin("web")
        wait_for(lambda: _answers(portal), 60, portal.logs)
        site = Site(portal)
        alone(site)
        together(site)
    finally:
        portal.stop()


def settle(portal: Portal) -> None:
    """The crowd, in the database of this portal."""
    began = time.perf_counter()
    share = os.environ.get("SLIPWAY_CROWD", "1")
    subprocess.run(
        [str(PYTHON), "-m", "tests.bench.settle", share],
        cwd=ROOT,
        env=portal.environment("manage"),
        check=True,
    )
    print(f"settled in {time.perf_counter() - began:.0f} s")


def alone(site: Site) -> None:
    """One person, one page after the other."""
    client = site.browser()
    left: list[str] = []
    pages = {path: _p95(client, path) for path in _pages(site, left)}
    figures = [
        Figure(path, value, "ms", "p95, one at a time", str(PAGE)) for path, value in pages.items()
    ]
    search = [_p95(client, f"/search?q={words}") for words in SOUGHT]
    at = f"/components/{site.value('components')}/"
    palette = [_p95(client, f"/palette?q={words}&at={at}") for words in ("", *SOUGHT)]
    figures += [
        Figure("slowest page", max(pages.values()), "ms", _slowest(pages), str(PAGE)),
        Figure("search", max(search), "ms", "p95 of the slowest question", str(SEARCH)),
        Figure("palette", max(palette), "ms", "p95 of the slowest question", str(PALETTE)),
    ]
    keep("pages", "Pages with 5,000 components, 200,000 runs, 600,000 deliveries", figures)
    if left:
        print("  not looked at:", ", ".join(left))


def together(site: Site) -> None:
    """Fifty people click for a while, each on whatever page comes next."""
    paths = list(_pages(site, []))
    until = time.monotonic() + SECONDS

    def click(person: int) -> list[tuple[float, int]]:
        client, choose, seen = site.browser(), random.Random(person), []
        while time.monotonic() < until:
            began = time.perf_counter()
            answer = client.get(choose.choice(paths))
            seen.append(((time.perf_counter() - began) * 1000, answer.status_code))
        return seen

    with ThreadPoolExecutor(PEOPLE) as people:
        seen = [one for found in people.map(click, range(PEOPLE)) for one in found]
    times = sorted(taken for taken, _ in seen)
    bad = sum(status >= 500 for _, status in seen)
    keep(
        "clicking",
        f"{PEOPLE} people clicking at once for {SECONDS:.0f} s",
        [
            Figure("answers", len(seen) / SECONDS, "a second"),
            Figure("errors", bad, "", "", "0"),
            Figure("p50", statistics.median(times), "ms"),
            Figure("p95", times[int(len(times) * 0.95)], "ms"),
        ],
    )


def _pages(site: Site, left: list[str]) -> Iterator[str]:
    """Each page of the house, with names of the crowd in its address."""
    for door in sorted(_doors()):
        path = door.removeprefix("GET ")
        if not door.startswith("GET ") or any(part in path for part in LEFT_OUT):
            continue
        filled = _filled(path, site.value)
        if filled is None:
            left.append(path)
        else:
            yield filled


def _filled(path: str, value: Callable[[str], str | None]) -> str | None:
    """The address with what stands for each {parameter}, by the noun before it."""
    parts = path.split("/")
    for n, part in enumerate(parts):
        if part.startswith("{"):
            found = value(parts[n - 1])
            if found is None:
                return None
            parts[n] = found
    return "/".join(parts)


def _doors() -> set[str]:
    """The doors of the house, read in a process of its own: this one knows no Django."""
    program = (
        "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'portal.settings');"
        "django.setup(); from tests.doors import all_doors; print(*sorted(all_doors()), sep='\\n')"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(re.findall(r"^[A-Z]+ /.*$", said.stdout, re.MULTILINE))


def _p95(client: httpx.Client, path: str) -> float:
    """Milliseconds; a page that is refused or broken is named at once."""
    times = []
    for number in range(WARM + TIMES):
        began = time.perf_counter()
        answer = client.get(path)
        if number >= WARM:
            times.append((time.perf_counter() - began) * 1000)
        if answer.status_code >= 500:
            raise SystemExit(f"{path}: {answer.status_code}\n{answer.text[:2000]}")
    return sorted(times)[int(len(times) * 0.95)]


def _slowest(pages: dict[str, float]) -> str:
    return max(pages, key=lambda path: pages[path])


def _answers(portal: Portal) -> bool:
    try:
        return httpx.get(f"{portal.address}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
