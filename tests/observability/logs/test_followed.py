"""What is followed: its histogram is drawn anew, and what was counted once says when."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from observability.logs.stores.postgres import PostgresLogs
from portal.accounts.models import User
from tests.contracts.test_log_stores import line

pytestmark = pytest.mark.django_db
CHART = re.compile(r'data-panel="The histogram"[^>]*hx-trigger="([^"]*)"')
AS_OF = re.compile(r"as of \d\d:\d\d:\d\d UTC")


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    PostgresLogs().write([line("just now", timezone.now(), component="till")])
    client.force_login(people["jonas"])
    return client


def test_while_lines_are_followed_their_histogram_is_drawn_anew(reader: Client) -> None:
    for query, trigger in (("?live=1", "load, again, every 10s"), ("", "load, again")):
        found = CHART.search(reader.get(f"/logs/{query}").content.decode())
        assert found
        assert found[1] == trigger


@pytest.mark.parametrize("panel", ["histogram", "facets"])
def test_counts_of_a_time_that_moves_say_as_of_when_they_are(reader: Client, panel: str) -> None:
    assert AS_OF.search(reader.get(f"/logs/panels/{panel}").content.decode())
    fixed = reader.get(f"/logs/panels/{panel}", {"since": "2026-01-01", "until": "2199-01-01"})
    assert not AS_OF.search(fixed.content.decode())
