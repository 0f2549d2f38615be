"""From a line, a span or a change to all that is around it, each by one link that leads there."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from deployments.rollouts.models import Deployment
from observability.changes.models import Change
from observability.logs.models import LogRecord
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from observability.traces.stores.postgres import PostgresTraces
from portal.accounts.models import User
from tests.contracts.test_log_stores import line
from tests.contracts.test_trace_stores import span
from tests.logged_house import _key
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
TRACE, UNKNOWN = "7c8efff798038103d269b633813fc60c", "11" * 16
SPAN = f"{2:016x}"


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["jonas"])
    return client


def said(whole: Whole, message: str, at: datetime | None = None, **given: object) -> str:
    """A line of the component, a minute ago; its address."""
    own = {"component": whole.component.name, "environment": "staging"}
    PostgresLogs().write([line(message, at or ago(), **own | given)])
    return _key(LogRecord.objects.get(message=message))


def ago() -> datetime:
    return timezone.now() - timedelta(minutes=1)


def deployed(whole: Whole) -> Change:
    """The last deployment to staging."""
    rows = Change.objects.filter(component=whole.component, environment="staging")
    return rows.filter(kind=Change.Kind.DEPLOYMENT).latest("started_at")


def traced(whole: Whole, when: datetime | None = None) -> None:
    at = nanoseconds(when or ago())
    own = {"component": whole.component.name, "environment": "staging"}
    PostgresTraces().write(
        [
            span(1, trace_id=TRACE, at=at, name="ask", **own),
            span(2, trace_id=TRACE, at=at, name="answer", **own),
        ]
    )


def links(page: str) -> dict[str, str]:
    """Addresses of links by what they say."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {
        (re.sub(r"<[^>]+>", "", words).strip() or _spoken(words)): unescape(address)
        for address, words in found
    }


def _spoken(words: str) -> str:
    label = re.search(r'aria-label="([^"]*)"', words)
    return label[1] if label else ""


def test_an_opened_line_leads_to_its_trace_run_delivery_deployment_and_changes(
    reader: Client, whole: Whole
) -> None:
    change = deployed(whole)
    at = change.started_at + timedelta(minutes=1)
    traced(whole, at)
    run = whole.ended_run
    delivery = run.deliveries.get()
    assert run.deployment
    key = said(
        whole,
        "it went wrong",
        at,
        trace_id=TRACE,
        span_id=SPAN,
        run_id=run.pk.hex,
        deployment_id=run.deployment.pk.hex,
        attributes=json.dumps({"slipway.delivery_id": str(delivery.pk), "client": "acme-travel"}),
    )
    for address in (f"/logs/lines/{key}/", f"/logs/lines/{key}/panels/values"):
        found = links(reader.get(address).content.decode())
        expected = {
            "Trace at its span": f"/traces/{TRACE}/?span={SPAN}#opened",
            f"Run {run.number}": f"/runs/{run.number}/",
            f"Delivery {delivery.number}": f"/deliveries/{delivery.number}/",
            f"Deployment #{run.deployment.number}": f"/deployments/{run.deployment.number}/",
            whole.component.name: f"/components/{whole.component.name}/",
            "acme-travel": "/clients/acme-travel/",
            str(run.pk): f"/runs/{run.number}/",
            SPAN: f"/traces/{TRACE}/?span={SPAN}#opened",
        }
        assert expected.items() <= found.items()
        for words in (*expected, "Changes around it", "Lines of its trace"):
            assert reader.get(found[words]).status_code == 200, words
        assert "it went wrong" in reader.get(found["Lines of its trace"]).content.decode()
        changes = reader.get(found["Changes around it"]).content.decode()
        assert f'data-row="{change.pk}"' in changes
    waterfall = reader.get(f"/traces/{TRACE}/?span={SPAN}").content.decode()
    assert 'id="opened"' in waterfall
    assert f"/logs/lines/{key}/" in waterfall.partition('id="opened"')[2]


def test_a_line_leads_nowhere_where_there_is_nothing(reader: Client, whole: Whole) -> None:
    key = said(
        whole,
        "from elsewhere",
        component="till",
        trace_id=UNKNOWN,
        run_id=UNKNOWN,
        deployment_id=UNKNOWN,
        attributes='{"slipway.delivery_id": "none of ours", "client": ""}',
    )
    page = reader.get(f"/logs/lines/{key}/panels/values").content.decode()
    found = links(page)
    assert UNKNOWN in page
    assert not [
        address for address in found.values() if re.match(r"/(traces|runs|dep|del)", address)
    ]
    assert reader.get(found["Changes around it"]).status_code == 200


def test_a_trace_is_shown_where_the_span_that_is_asked_for_never_came(
    reader: Client, whole: Whole
) -> None:
    traced(whole)
    answer = reader.get(f"/traces/{TRACE}/?span={'f' * 16}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "ffffffffffffffff is not here" in page
    assert "answer" in page


def test_lines_of_a_span_lead_to_themselves_and_into_the_explorer(
    reader: Client, whole: Whole
) -> None:
    traced(whole)
    run = whole.ended_run
    key = said(whole, "in the span", trace_id=TRACE, span_id=SPAN, run_id=run.pk.hex)
    said(whole, "in the other span", trace_id=TRACE, span_id=f"{1:016x}")
    found = links(reader.get(f"/traces/{TRACE}/spans/{SPAN}").content.decode())
    assert f"/logs/lines/{key}/" in found.values()
    own = reader.get(found["These in the log explorer"]).content.decode()
    assert "in the span" in own
    assert "in the other span" not in own
    every = reader.get(found["All lines of this trace"]).content.decode()
    assert "in the other span" in every
    changes = reader.get(found["Changes around it"])
    assert whole.component.name in changes.content.decode()


def test_a_change_leads_to_what_was_logged_and_traced_around_it(
    reader: Client, whole: Whole
) -> None:
    change, name = deployed(whole), whole.component.name
    said(whole, "while it was deployed", change.started_at + timedelta(minutes=1))
    traced(whole, change.started_at + timedelta(minutes=1))
    page = reader.get(f"/changes/?component={name}").content.decode()
    row = page.partition(f'data-row="{change.pk}"')[2].partition("</li>")[0]
    found = links(row)
    logs = reader.get(found["Logs around it"]).content.decode()
    assert "while it was deployed" in logs
    traces = reader.get(found["Traces around it"]).content.decode()
    assert f"/traces/{TRACE}/" in traces


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/runs/{number}/", "What changed around it"),
        ("/deliveries/{number}/", "What changed around it"),
        ("/deployments/{number}/", "Changes around it"),
    ],
)
def test_a_run_a_delivery_and_a_deployment_lead_to_what_changed_around_them(
    reader: Client, whole: Whole, address: str, words: str
) -> None:
    page = reader.get(whole.address(address)).content.decode()
    changes = links(page)[words]
    assert changes.startswith("/changes/?component=")
    assert reader.get(changes).status_code == 200


def test_a_deployment_leads_to_the_runs_of_what_it_brought(reader: Client, whole: Whole) -> None:
    brought = Deployment.objects.filter(environment__name="staging", live_at__isnull=False)
    deployment = brought.filter(component=whole.component).latest("live_at")
    page = reader.get(deployment.path).content.decode()
    runs = links(page)[f"Runs of {deployment.release}"]
    assert f"environment=staging&version={deployment.release.number}" in runs
    listed = reader.get(runs).content.decode()
    assert "data-row" in listed
