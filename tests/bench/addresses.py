"""Every address under which one looks at something, with names of the crowd in it.

They are the doors of the house, so a new one is looked at without being named here. One for which
nobody has said what to put into it, or why it is not looked at, is `unknown`: that is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from urllib.parse import urljoin

from tests.bench.filters import FILTERS, OLDER
from tests.bench.names import NAMES, OTHERS

API = "/api/v1"
COLUMNS = {"pk": "id"}
Asked = Callable[[str], list[tuple[Any, ...]]]
READER, PLATFORM = "reader", "platform"
PAGES_DOWN = 3
# The link to what is older, in a page and in an answer of the API
NEXT = re.compile(r'href="([^"]*)" rel="next"|"next":"https?://[^/]*(/[^"]*)"')

# Why an address is not looked at, by its pattern
# Whole files, line after line as they are read: as long as what was asked for
FILES = {
    "/people/access",
    "/deployments/report/file",
    f"{API}/access-review/",
    f"{API}/deployments/report/",
}
LEFT_OUT = {
    "/healthz": "a machine asks, and gets one word",
    "/readyz": "a machine asks, and it is not ready: no worker runs here",
    "/metrics": "a machine asks, out of figures that are kept",
    "/api/schema/": "the description of the API, for programs that write programs",
    "/sign-in": "leads away who is signed in",
    "/sign-in/second": "leads away who is not half way in",
    "/sign-in/oidc": "leads away where there is no provider",
    "/sign-in/oidc/back": "leads away where there is no provider",
    "/account/sessions/{pk}/end": "nobody in the crowd has two browsers",
    "/account/second-factor/{pk}/remove": "nobody in the crowd has a second factor",
    "/runs/{number}/rows": "a sandbox reads the rows, and none runs here",
    "/drafts/{number}/rows": "a worker has looked at an input, and none runs here",
    "/runs/{number}/check-rows": "no check of the crowd's failed with a worker that kept its rows",
    f"{API}/runs/{{pk}}/check-rows/": "no check failed with a worker that kept its rows",
    f"{API}/previews/{{pk}}/check-rows/": "a worker has kept the rows, and none runs here",
    f"{API}/runs/{{pk}}/rows/": "a sandbox reads the rows, and none runs here",
    f"{API}/previews/{{pk}}/rows/": "a worker has kept the rows, and none runs here",
    f"{API}/manifests/export/": "writes down everything there is, for a job: measured by ascode",
    f"{API}/manifests/schema/": "for editors, out of the code",
    **dict.fromkeys(
        (
            "/manifests/{number}/",
            "/manifests/let-go",
            f"{API}/manifests/{{pk}}/",
            f"{API}/applications/{{pk}}/",
            f"{API}/applications/{{pk}}/steps/",
        ),
        "nobody in the crowd keeps things in files",
    ),
    "/notifications/settings/confirm": "needs what a mail brings",
    f"{API}/deployments/{{number}}/evidence/": "nobody in the crowd rolled back with evidence",
    **dict.fromkeys(
        (
            "/bulk-actions/{pk}/",
            "/bulk-actions/{pk}/stop",
            f"{API}/bulk-actions/{{pk}}/",
            f"{API}/bulk-actions/{{pk}}/items/",
        ),
        "nobody in the crowd acted in bulk",
    ),
    **dict.fromkeys(
        (
            f"{API}/queues/{{name}}/",
            "/queues/{queue}/pause",
            "/queues/{queue}/resume",
        ),
        "the page of workers asks the same",
    ),
    **dict.fromkeys(
        (
            f"{API}/workers/{{pk}}/",
            "/workers/{pk}/drain",
            "/workers/{pk}/take-again",
        ),
        "no process of the crowd is heard of",
    ),
    **dict.fromkeys(
        (
            f"{API}/traces/{{trace_id}}/",
            "/traces/{trace_id}/",
            "/traces/{trace_id}/spans/{span_id}",
        ),
        "spans lie in partitions of their own, and none are settled",
    ),
    **dict.fromkeys(
        (
            "/event-sources/{name}/",
            "/event-sources/{name}/mean",
            "/event-sources/{name}/rotate",
            "/event-sources/{name}/switch",
            "/event-sources/events/{pk}/",
            f"{API}/event-sources/{{name}}/",
            f"{API}/event-sources/{{name}}/meanings/",
            f"{API}/events/{{pk}}/",
            "/history-imports/{pk}/",
            f"{API}/history-imports/{{pk}}/",
        ),
        "nobody in the crowd deploys elsewhere",
    ),
    **dict.fromkeys(
        (
            "/catalog/entities/{ref}/",
            *(
                f"/catalog/sources/{{name}}/{verb}"
                for verb in ("", "change", "send", "rotate", "switch", "orphans", "remove")
            ),
            f"{API}/entities/{{ref}}/",
            f"{API}/entity-findings/{{pk}}/",
            f"{API}/catalog-sources/{{name}}/",
            f"{API}/catalog-sources/{{name}}/orphans/",
            "/manifests/drift",
            f"{API}/manifests/drift/",
        ),
        "the crowd is described in no files; `make bench ARGS=catalog` measures those",
    ),
}
# Where the platform team looks, because there is more for them to see than for others
PLATFORMS = {
    "/feedback/",
    f"{API}/feedback/",
    "/feedback/{pk}/handle",
    "/people/{username}/end-sessions",
    "/people/{username}/disconnect",
    "/people/{username}/reset-second-factor",
    "/people/new",
    *(f"/people/{{username}}/{verb}" for verb in ("edit", "role", "switch")),
    f"{API}/feedback/{{pk}}/",
    "/golden-paths/new",
    "/golden-paths/{name}/edit",
    "/notifications/outbox/",
    f"{API}/messages/",
    f"{API}/messages/{{pk}}/",
    f"{API}/bottlenecks/portal/",
    "/bottlenecks/panels/portal",
    *(
        "/environments/{name}/rule",
        "/settings/",
        f"{API}/settings/",
        "/people/",
        "/people/access",
        "/people/reviews",
        "/people/reviews/sign",
        f"{API}/access-reviews/",
        f"{API}/access-review/",
        "/objectives/",
        f"{API}/objectives/",
        "/bulk-actions/new",
    ),
}
# Where not everyone gets through
OWN = PLATFORMS - {"/feedback/", f"{API}/feedback/"} | {
    "/account/tokens/{pk}/revoke",
    "/components/{name}/edit",
    "/golden-paths/{name}/start",
    "/golden-paths/runs/{number}/pages/{page}",
    "/golden-paths/runs/{number}/review",
    "/logs/lines/{key}/",
    "/logs/searches/{pk}/remove",
    "/logs/searches/{pk}/rename",
    "/logs/lines/{key}/panels/values",
    "/notifications/{pk}/",
    "/people/{username}/password",
    f"{API}/notifications/{{pk}}/",
    f"{API}/subscriptions/{{pk}}/",
}
STATUSES = {
    "/notifications/{pk}/": 302,  # leads to what it is about
    "/drafts/{number}/panels/preview": 286,  # has ended: not to be asked for again
    "/notifications/channels/{pk}/tests/{message}": 286,
    "/logs/panels/newer": 204,  # nothing new
    "/deployments/{number}/panels/comparison": 286,  # no longer young
}
# What an address does not answer without
NEEDED = {
    "/dora/": "team=team-001",
    "/catalog/graph/thing": "kind=component&name={component}",
    "/service-map/thing": "kind=component&name={component}",
    f"{API}/components/{{name}}/rollback/": "environment=production",
    f"{API}/rights/": "kind=component&name={component}&user=person-2",
    f"{API}/rights/who/": "kind=component&name={component}&verb=run.start",
    f"{API}/health/": "component={component}",
    f"{API}/metrics/": "component={component}",
    **{
        f"{API}/metrics/{what}/": "component={component}&name=requests"
        for what in ("labels", "query", "range")
    },
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where one looks, as whom, and how it answers. `is_own`: others do not get through."""

    pattern: str
    path: str
    who: str = READER
    status: int = 200
    is_own: bool = False


@dataclass(slots=True)
class Found:
    """All addresses, and the patterns for which there is no name."""

    addresses: list[Address] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def found(doors: Iterable[str], ask: Asked) -> Found:
    """Each door through which one looks, as it is and with what its lists can be asked for."""
    all_of_them, names = Found(), Names(ask)
    for pattern in sorted(door.removeprefix("GET ") for door in doors if door.startswith("GET ")):
        if pattern in LEFT_OUT:
            continue
        path = names.filled(pattern)
        if path is None:
            all_of_them.unknown.append(pattern)
        else:
            all_of_them.addresses += _asked_for(pattern, path, names)
    return all_of_them


def _asked_for(pattern: str, path: str, names: Names) -> Iterator[Address]:
    who = PLATFORM if pattern in PLATFORMS else READER
    for query in (NEEDED.get(pattern, ""), *FILTERS.get(pattern, ())):
        yield Address(
            pattern=pattern,
            path=f"{path}?{query.format(**names.values)}" if query else path,
            who=who,
            status=STATUSES.get(pattern, 200),
            is_own=pattern in OWN,
        )


def further(addresses: Iterable[Address], look: Callable[[Address], str]) -> Found:
    """A page further down of each list, found by going there; `unknown`: there should be one."""
    down = Found()
    for address in addresses:
        if "?" in address.path:
            continue
        last = address
        for _ in range(PAGES_DOWN):
            last = older(last, look(last)) or last
        if last is not address:
            down.addresses.append(last)
        elif address.pattern in OLDER:
            down.unknown.append(f"{address.path}: it leads to no older page")
    return down


def older(address: Address, said: str) -> Address | None:
    """The next page of a list, by the link of what it says; None on the last one."""
    link = NEXT.search(said)
    if link is None:
        return None
    return replace(address, path=urljoin(address.path, unescape(link[1] or link[2])))


class Names:
    """Asks the database for each name once."""

    def __init__(self, ask: Asked) -> None:
        self.ask = ask
        self.known: dict[str, str | None] = {}
        self.values = {"component": self._asked("SELECT %(component)s::text", "name") or ""}

    def filled(self, pattern: str) -> str | None:
        """The address with something at each {parameter}; None where nothing is known of one."""
        parts, is_first = pattern.removeprefix(API).split("/"), True
        filled = list(parts)
        for at, part in enumerate(parts):
            if not part.startswith("{"):
                continue
            sql = OTHERS.get(pattern) if is_first else None
            sql = sql or NAMES.get("/".join(parts[:at]) + "/")
            value = self._asked(sql, part.strip("{}")) if sql else None
            if value is None:
                return None
            filled[at], is_first = value, False
        return pattern[: len(pattern) - len("/".join(parts))] + "/".join(filled)

    def _asked(self, sql: str, parameter: str) -> str | None:
        sql = sql.replace("{column}", COLUMNS.get(parameter, parameter))
        if sql not in self.known:
            rows = self.ask(sql)
            self.known[sql] = str(rows[0][0]) if rows else None
        return self.known[sql]
