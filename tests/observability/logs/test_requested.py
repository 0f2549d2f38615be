"""The number on the page of an error finds what was logged in that request, whatever the level."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from observability.logs.stores.postgres import PostgresLogs
from portal.accounts.models import User
from tests.contracts.test_log_stores import line

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


def test_what_is_no_number_of_a_request_is_searched_as_it_is(priya: Client) -> None:
    for text in (NUMBER[:31], f"request_id={NUMBER}", f"level:error {NUMBER}"):
        assert priya.get("/logs/", {"q": text, "span": "1h"}).status_code != 302


def test_what_is_searched_for_offers_its_logs(priya: Client) -> None:
    assert f"Logs of request {NUMBER}" in priya.get("/search", {"q": NUMBER}).content.decode()
