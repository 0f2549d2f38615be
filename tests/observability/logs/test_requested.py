"""The number on the page of an error finds what was logged in that request, whatever the level."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from observability.instrumentation.work import nanoseconds
from observability.logs.stores.postgres import PostgresLogs
from observability.traces.stores.postgres import PostgresTraces
from portal.accounts.models import User
from tests.contracts.test_log_stores import line
from tests.contracts.test_trace_stores import span

pytestmark = pytest.mark.django_db
NUMBER = "01a2295a10787341a138683004139710"


@pytest.fixture
def priya(people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(people["priya"])
    return client


def test_a_pasted_number_finds_every_line_of_the_request(priya: Client) -> None:
    at = timezone.now() - timedelta(days=3)
    own = {"component": "slipway", "attributes": f'{{"request_id": "{NUMBER}"}}'}
    PostgresLogs().write(
        [
            line("it divided by zero", at, severity=17, **own),
            line("asked for rows", at, severity=9, **own),
            line("of another request", at, component="slipway"),
        ]
    )
    found = priya.get("/logs/", {"q": f" {NUMBER.upper()} "}, follow=True)
    (address, _), *_ = found.redirect_chain
    assert parse_qs(urlsplit(address).query)["q"] == [f"request_id={NUMBER}"]
    shown = found.content.decode()
    assert "it divided by zero" in shown
    assert "asked for rows" in shown
    assert "of another request" not in shown


def test_a_pasted_trace_finds_its_lines_and_is_found_itself(priya: Client) -> None:
    at = timezone.now() - timedelta(days=3)
    PostgresTraces().write([span(1, at=nanoseconds(at), trace_id=NUMBER)])
    PostgresLogs().write(
        [
            line("said on the way", at, trace_id=NUMBER),
            line("of another", at, attributes=f'{{"request_id": "{NUMBER[::-1]}"}}'),
        ]
    )
    shown = priya.get("/logs/", {"q": NUMBER}, follow=True).content.decode()
    assert "said on the way" in shown
    assert "of another" not in shown
    found = priya.get("/search", {"q": NUMBER}).content.decode()
    assert f"Trace {NUMBER}" in found
    assert f'href="/traces/{NUMBER}/"' in found
    assert "Logs of request" not in found


def test_what_is_no_number_of_a_request_is_searched_as_it_is(priya: Client) -> None:
    for text in (NUMBER[:31], f"request_id={NUMBER}", f"level:error {NUMBER}"):
        assert priya.get("/logs/", {"q": text, "span": "1h"}).status_code != 302


def test_what_is_searched_for_offers_its_logs(priya: Client) -> None:
    assert f"Logs of request {NUMBER}" in priya.get("/search", {"q": NUMBER}).content.decode()
