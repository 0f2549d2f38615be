"""What is wrong stands at its field: it counts the lines that one sees there, or none."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from portal.files.writing import written as as_file
from tests.pipelines.drafts.conftest import look_at
from tests.pipelines.factories import House, file

SQL = "SELECT carrier,\n  count(*) AS flights\nFROM {table} WHERE month = $month GROUP BY {column}"


@pytest.fixture
def told(house: House, browser: Callable[[str], Client]) -> Callable[..., str]:
    """`told("query", sql=…)`: what stands below this part of the form."""

    def of(part: str, **spec: Any) -> str:
        draft = operations.begin(
            team=house.team, text=as_file(file(**spec)), by=house.developer, now=timezone.now()
        )
        look_at(draft, house.developer)
        return below(browser("mira"), draft, part)

    return of


def below(client: Client, draft: Draft, part: str) -> str:
    page = client.get(draft.url).content.decode()
    found = re.search(rf'<div class="told" id="told-{part}".*?</div>', page, re.DOTALL)
    assert found is not None
    return html.unescape(re.sub("<[^>]+>", "", found[0]))


def test_a_query_counts_from_its_own_first_line(told: Callable[..., str]) -> None:
    unknown = told("query", sql=SQL.format(table="flihgts", column="carrier"))
    assert unknown.startswith("line 3 "), unknown
    assert "of the file" not in unknown


def test_what_its_inputs_tell_counts_in_the_same_way(told: Callable[..., str]) -> None:
    misspelt = told("query", sql=SQL.format(table="flights", column="carier"))
    assert misspelt.startswith("line 3 "), misspelt


def test_a_field_of_one_line_names_no_line(told: Callable[..., str]) -> None:
    wrong = told("schedule", defaults={"schedule": {"cron": "0 25 * * *"}})
    assert wrong
    assert "ine " not in wrong
