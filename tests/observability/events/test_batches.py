"""Many events at once: they wait for each other in one order, and ask little for each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from observability.changes.models import Link
from observability.events import operations
from observability.events.kinds.base import Envelope
from observability.events.models import EventSource, OutsideEvent
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.conftest import NOW
from tests.locks import how_many_wait

Made = Callable[..., tuple[EventSource, str]]


def deployed(number: int, place: str = "production", version: object = "") -> Envelope:
    """The newer, the higher its number."""
    return Envelope(
        f"/ci {number}",
        "dev.cdevents.service.deployed.0.3.0",
        {
            "context": {"timestamp": (NOW - timedelta(minutes=999 - number)).isoformat()},
            "subject": {
                "id": "checkout",
                "content": {
                    "environment": {"id": place},
                    "artifactId": f"pkg:oci/checkout@{version or number}",
                },
            },
        },
    )


def merged(number: int) -> Envelope:
    change = {"id": f"{number}", "content": {"repository": {"id": "acme/checkout"}}}
    return Envelope(
        f"/merges {number}",
        "dev.cdevents.change.merged.0.2.0",
        {"context": {"timestamp": NOW.isoformat()}, "subject": change},
    )


PLACES = [deployed(1), deployed(2, "staging")]
MERGES = [merged(1), merged(2)]
EVENTS = [deployed(1), deployed(2)]


@pytest.mark.parametrize(
    ("envelopes", "names"),
    [(PLACES, "one two three"), (MERGES, "one two three"), (EVENTS, "one one one")],
    ids=["places", "commits", "events"],
)
@pytest.mark.django_db(transaction=True)
def test_two_batches_in_opposite_orders_wait_in_line(
    checkout: Component, made: Made, envelopes: list[Envelope], names: str
) -> None:
    sources = {name: made("cdevents", name)[0] for name in set(names.split())}
    first, second, third = (sources[name] for name in names.split())

    def send(source: EventSource, envelopes: list[Envelope]) -> set[str]:
        try:
            became = operations.receive(source=source, envelopes=envelopes, now=NOW)
        finally:
            connection.close()
        return {each.state for each in became}

    with ThreadPoolExecutor(2) as senders:
        with transaction.atomic():  # until both wait: so they begin together
            operations.receive(source=first, envelopes=envelopes, now=NOW)
            there = senders.submit(send, second, envelopes)
            back = senders.submit(send, third, envelopes[::-1])
            while how_many_wait() < 2 and not (there.done() or back.done()):
                sleep(0.01)
            transaction.set_rollback(True)
        said = there.result(timeout=60) | back.result(timeout=60)
    assert said == ({"applied", "known"} if second == third else {"applied"})
    assert OutsideEvent.objects.count() == 2 * len({second, third})


def test_a_batch_weaves_each_place_once_and_asks_the_same_for_each_event(
    checkout: Component, made: Made
) -> None:
    source, _ = made("cdevents")
    asked: dict[int, int] = {}
    begin = 1
    for many in (1, 11):
        envelopes = [deployed(number) for number in range(begin, begin + many)]
        with CaptureQueriesContext(connection) as captured:
            operations.receive(source=source, envelopes=envelopes, now=NOW)
        asked[many], begin = len(captured), begin + many
        woven = [each for each in captured if 'FROM "observability_link"' in each["sql"]]
        assert len(woven) == 1
    assert (asked[11] - asked[1]) / 10 <= 13


def test_what_waited_is_folded_once_a_deployment_and_woven_once_a_place(
    checkout: Component, made: Made, people: dict[str, User]
) -> None:
    source, _ = made("cdevents")
    envelopes = [deployed(1, "moon", 1), deployed(2, "moon", 2), deployed(3, "moon", 1)]
    operations.receive(source=source, envelopes=envelopes, now=NOW)
    given = {"what": "environment", "outside": "moon", "inside": "staging"}
    with CaptureQueriesContext(connection) as captured:
        operations.mean(source=source, **given, by=people["ines"], now=NOW)
    woven = [each for each in captured if 'FROM "observability_link"' in each["sql"]]
    assert len(woven) == 1
    assert Link.objects.get().other.release == "2"
    assert set(OutsideEvent.objects.values_list("state", flat=True)) == {"applied"}


def test_an_incident_finds_its_cause_also_where_that_comes_after_it_in_the_batch(
    checkout: Component, made: Made
) -> None:
    source, _ = made("cdevents")
    link = {"linkType": "RELATION", "linkKind": "CAUSE", "target": {"contextId": "1"}}
    content = {"environment": {"id": "production"}, "service": {"id": "checkout"}}
    incident = Envelope(
        "/ci incident",
        "dev.cdevents.incident.detected.0.3.0",
        {
            "context": {"timestamp": NOW.isoformat(), "links": [link]},
            "subject": {"id": "INC-7", "content": content},
        },
    )
    operations.receive(source=source, envelopes=[incident, deployed(1)], now=NOW)
    assert Link.objects.get().other.release == "1"
