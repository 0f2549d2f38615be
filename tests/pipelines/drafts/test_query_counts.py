"""A page of drafts asks the database as often for much as for little."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from tests.conftest import NOW
from tests.pipelines.drafts.conftest import look_at, preview_of, see_all
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]
Post = Callable[..., Draft]

# How many queries each page makes: one more is a reason to ask why.
PAGES = {
    "/drafts/": 5,
    "/drafts/new": 8,
    "/drafts/mine": 3,
    "": 28,
    "file": 22,
    "history": 6,
    "review": 28,
    "panels/preview": 21,
}


def counted(client: Client, draft: Draft) -> dict[str, int]:
    counts = {}
    for path in PAGES:
        address = path if path.startswith("/") else f"{draft.url}{path}"
        client.get(address)
        with CaptureQueriesContext(connection) as made:
            answer = client.get(address)
        assert answer.status_code in {200, 286}, path  # 286: htmx need not ask again
        counts[path] = len(made)
    return counts


def more(house: House, draft: Draft, post: Post) -> Draft:
    """Three more of everything that these pages list."""
    given = {"by": house.owner, "now": NOW}
    for n in range(3):
        operations.begin(
            team=house.team, title=f"Draft {n}", by=house.developer, now=timezone.now()
        )
        other = file()
        other["metadata"]["name"] = f"other-{n}"
        house.register(other, now=NOW)
        source = connections.create_connection(
            name=f"files-{n}", kind="directory", team=house.team, **given
        )
        taken = connections.create_destination(
            name=f"drop-{n}",
            kind="directory",
            client=house.client,
            team=house.team,
            **given,
        )
        (house.folder / f"drop-{n}").mkdir()
        for thing, place in ((source, "sources"), (taken, f"drop-{n}")):
            connections.bind(
                thing=thing,
                environment=house.environment,
                address=str(house.folder / place),
                **given,
            )
            connections.give(thing=thing, team=house.team, use="use", reason="", **given)
        for name in (f"files-{n}", "nyc-files"):
            draft = post(draft, "input.add", connection=name, path="flights.parquet")
        draft = post(draft, "delivery.add", client="acme-travel", destination=f"drop-{n}")
        draft = post(draft, "sql", sql=f"SELECT {n} AS n FROM flights WHERE month = $month")
    return draft


def test_queries_do_not_grow_with_the_draft(
    house: House, written: Draft, post: Post, browser: Browser
) -> None:
    client = browser("mira")
    house.register(file(), now=NOW)  # which drafts change it is asked of those that there are
    draft = post(written, "delivery.add", client="acme-travel", destination="acme-drop")
    look_at(draft, house.developer)
    preview_of(draft, house.developer, month=1)
    before = counted(client, draft)
    draft = more(house, draft, post)
    look_at(draft, house.developer)
    see_all()
    preview_of(draft, house.developer, month=1)
    after = counted(client, draft)
    assert after == before
    too_many = {path: count for path, count in after.items() if count > PAGES[path]}
    assert too_many == {}
