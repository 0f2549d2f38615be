"""Every page in a large installation: how long the server takes, and fifty people at once.

`make bench ARGS="pages"`; `SLIPWAY_CROWD=0.1` settles a tenth of it, for a look while working.
A goal that is missed, and a page that does not answer as it should, end it with an error.
"""

from __future__ import annotations

import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from launch.places import ROOT
from tests.bench import inside, processors
from tests.bench.addresses import (
    API,
    FILES,
    LEFT_OUT,
    PLATFORM,
    READER,
    Address,
    found,
    further,
)
from tests.bench.report import Figure, keep
from tests.patience import wait_for
from tests.portal_process import Portal

WARM, TIMES = 2, 20
SECONDS = 20.0
PAGE, FAST = 150, 100  # ms, p95 at the server
LINE = 1.5  # ms, p95, for a line of a file
SEARCHES = ("/search", "/palette", f"{API}/search/")
SHOWN = 25  # the slowest


@dataclass
class Site:
    """The running portal with its crowd, what settle.py says of it, and what was wrong."""

    portal: Portal
    said: dict[str, Any]
    bad: list[str] = field(default_factory=list)

    def browser(self, session: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.portal.address, timeout=60, cookies={"sessionid": session}
        )

    def look(self, client: httpx.Client, address: Address) -> tuple[float, str]:
        """Milliseconds, and what the page says; where it answers otherwise, that is noted."""
        began = time.perf_counter()
        try:
            answer = client.get(address.path)
        except httpx.HTTPError as error:
            self.bad.append(f"{address.path}: {error!r}")
            return (time.perf_counter() - began) * 1000, ""
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != address.status:
            self.bad.append(f"{address.path}: {answer.status_code}, not {address.status}")
        return taken, answer.text


def measure() -> bool:
    """Whether all goals were met."""
    # Here one person asks far more than a person does.
    unlimited = {"web": {"SLIPWAY_REQUESTS_A_MINUTE": "0"}}
    portal = Portal.start(own_servers=True, with_pages=True, only=(), environment=unlimited)
    try:
        site = Site(portal, settle(portal))
        portal.begin("web")
        wait_for(lambda: answers(portal), 60, portal.logs)
        addresses = _addresses(site)
        figures = alone(site, addresses)
        figures += together(site, addresses)
        return _told(site, figures)
    finally:
        portal.stop()


def settle(portal: Portal) -> dict[str, Any]:
    """The crowd, in the database of this portal."""
    began = time.perf_counter()
    said = inside.run(portal, "tests.bench.settle", os.environ.get("SLIPWAY_CROWD", "1"))
    print(f"settled in {time.perf_counter() - began:.0f} s")
    return said


def alone(site: Site, addresses: list[Address]) -> list[Figure]:
    """One person, one address after the other."""
    clients = {who: site.browser(site.said[who]) for who in (READER, PLATFORM)}
    figures = []
    for address in addresses:
        client = clients[address.who]
        said = [site.look(client, address)[1] for _ in range(WARM)][-1]
        before = _taken(site.portal)
        times = [site.look(client, address)[0] for _ in range(TIMES)]
        cpu = (_taken(site.portal) - before) / TIMES * 1000
        figures.append(_figure(address, p95(times), cpu, said))
    ends = [
        _slowest("slowest page", (one for one in figures if one.most == PAGE)),
        _slowest("slowest search", (one for one in figures if "/search" in one.name)),
        _slowest("slowest palette", (one for one in figures if "/palette" in one.name)),
        Figure("answers that were not right", len(site.bad), most=0),
    ]
    title = f"{len(figures)} pages and lists, each {TIMES} times, with {_amounts(site)}"
    shown = sorted(figures, key=lambda one: one.value / (one.most or 1))[-SHOWN:]
    keep("pages", title, [*figures, *ends], shown=[*shown, *ends], amounts=site.said["amounts"])
    print("  not looked at:")
    for pattern, reason in LEFT_OUT.items():
        print(f"    {pattern}: {reason}")
    return [*figures, *ends]


def _figure(address: Address, taken: float, cpu: float, said: str) -> Figure:
    """Milliseconds for the page; of a file those for a line, however many it has."""
    words = f"p95; {cpu:.0f} ms CPU"
    if address.pattern in FILES:
        lines = max(said.count("\n"), 1)
        words += f" for {lines:,} lines"
        return Figure(address.path, taken / lines, "ms a line", words, most=LINE)
    most = FAST if address.pattern in SEARCHES else PAGE
    return Figure(address.path, taken, "ms", words, most=most)


def together(site: Site, addresses: list[Address]) -> list[Figure]:
    """Fifty people, each signed in as themselves, click on whatever page comes next."""
    pages = [
        one
        for one in addresses
        if not (one.is_own or one.pattern in FILES or one.path.startswith(API))
    ]
    sessions, before = site.said["people"], len(site.bad)
    until = time.monotonic() + SECONDS

    def click(session: str) -> list[float]:
        choose, times = random.Random(session), []
        with site.browser(session) as client:
            while time.monotonic() < until:
                times.append(site.look(client, choose.choice(pages))[0])
        return times

    with ThreadPoolExecutor(len(sessions)) as people:
        times = [taken for found in people.map(click, sessions) for taken in found]
    figures = [
        Figure("answers", len(times) / SECONDS, "a second"),
        Figure("answers that were not right", len(site.bad) - before, most=0),
        Figure("p50", statistics.median(times), "ms"),
        Figure("p95", p95(times), "ms"),
    ]
    title = f"{len(sessions)} people clicking at once for {SECONDS:.0f} s, with {_amounts(site)}"
    keep("clicking", title, figures, amounts=site.said["amounts"])
    return figures


def _taken(portal: Portal) -> float:
    """Of the processors, by all that answers: unlike time it says the same on a busy machine."""
    return sum(processors.seconds(portal).values())


def p95(times: Iterable[float]) -> float:
    """What nineteen of twenty stay below, or reach."""
    ordered = sorted(times)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]


def _addresses(site: Site) -> list[Address]:
    """Each page and list of the house, filtered too, and those that lists lead on to."""
    named = {name: site.said[name] for name in ("person", "component")}
    all_of_them = found(_doors(), lambda sql: site.portal.rows(sql, **named))
    for pattern in all_of_them.unknown:
        site.bad.append(f"{pattern}: nobody has said what to put into it")
    addresses = all_of_them.addresses
    clients = {who: site.browser(site.said[who]) for who in (READER, PLATFORM)}
    older = further(addresses, lambda one: site.look(clients[one.who], one)[1])
    site.bad += older.unknown
    return [*addresses, *older.addresses]


def _doors() -> list[str]:
    """The doors of the house, read in a process of its own: this one knows no Django."""
    program = (
        "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'portal.settings');"
        "django.setup(); from tests.doors import all_doors; print(*sorted(all_doors()), sep='\\n')"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return said.stdout.splitlines()


def _slowest(name: str, figures: Iterator[Figure]) -> Figure:
    one = max(figures, key=lambda figure: figure.value)
    return Figure(name, one.value, "ms", one.name, most=one.most)


def _amounts(site: Site) -> str:
    """ "5,000 components, 200,000 runs, …": what was settled, counted afterwards."""
    return ", ".join(f"{number:,} {noun}" for noun, number in site.said["amounts"].items())


def _told(site: Site, figures: list[Figure]) -> bool:
    """Say what was wrong, each thing once; whether nothing was."""
    for words, times in Counter(site.bad).most_common():
        print(f"  bad, {times} times: {words}")
    for missed in (figure for figure in figures if figure.is_missed):
        print(f"  missed: {missed.name}: {missed.value:,.0f} {missed.unit}; {missed.words}")
    return not site.bad and not any(figure.is_missed for figure in figures)


def answers(portal: Portal) -> bool:
    """Whether its web process is up."""
    try:
        return httpx.get(f"{portal.address}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
