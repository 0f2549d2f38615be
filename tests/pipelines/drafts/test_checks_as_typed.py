"""A check is looked at as it is typed: it reads `result`, whose columns the query gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.drafts import queries
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from tests.pipelines.drafts.conftest import look_at
from tests.pipelines.factories import House

Browser = Callable[[str], Client]


@pytest.fixture
def known(house: House, written: Draft) -> Draft:
    """Its inputs were looked at."""
    look_at(written, house.developer)
    return queries.draft(written.number)


def findings(client: Client, draft: Draft, check: str) -> list[dict[str, Any]]:
    answer = client.post(f"{draft.url}validate", {"check": check})
    found: list[dict[str, Any]] = answer.json()["findings"]
    return found


def test_what_is_wrong_stands_at_its_line_and_column(known: Draft, browser: Browser) -> None:
    [finding] = findings(browser("mira"), known, "SELECT *\nFROM result\nWHERE flihgts <= 0")
    assert (finding["line"], finding["column"]) == (3, 7)
    assert "flihgts" in finding["message"]
    [strange] = findings(browser("mira"), known, "SELECT * FROM nowhere")
    assert "There is no input “nowhere”" in strange["message"]


def test_what_is_right_is_told_nothing(known: Draft, browser: Browser) -> None:
    assert findings(browser("mira"), known, "SELECT * FROM result WHERE flights <= 0") == []
    assert findings(browser("mira"), known, "  ") == []
    assert known.revision == queries.draft(known.number).revision, "nothing was saved"


def test_the_editor_knows_the_columns_of_the_result(known: Draft, house: House) -> None:
    page = Page(known, house.developer, timezone.now())
    assert [column["name"] for column in page.schema["result"]] == ["carrier", "flights"]
