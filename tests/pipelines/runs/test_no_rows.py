"""A first result without any row asks for a look: there is nothing to hold it against yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from tests.pipelines.factories import House, later, ran

pytestmark = pytest.mark.django_db
SAID = "No rows at all, and no good run before it to hold that against."


def test_its_page_says_so_and_leads_to_the_query(
    house: House, now: datetime, browser: Callable[[str], Client]
) -> None:
    house.live(now=now)
    first, second = ran(house, later(now, 1), rows=0), ran(house, later(now, 2), rows=0)
    page = browser("mira").get(f"/runs/{first.number}/").content.decode()
    assert SAID in page
    assert f'href="/components/{house.component().name}/versions/1/">Look at the query' in page
    assert SAID not in browser("mira").get(f"/runs/{second.number}/").content.decode()


def test_a_first_result_with_rows_is_as_it_should_be(
    house: House, now: datetime, browser: Callable[[str], Client]
) -> None:
    house.live(now=now)
    run = ran(house, later(now, 1), rows=3)
    assert SAID not in browser("mira").get(f"/runs/{run.number}/").content.decode()
