"""A preview shows the rows against a check as it shows rows: to those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pipelines.drafts.models import Draft
from pipelines.previews import queries
from pipelines.previews.models import Preview
from portal.accounts.models import User
from tests.pipelines.drafts.conftest import (
    draft,
    house,
    may_see_rows,
    post,
    preview_of,
    written,
    zygote,
)
from tests.pipelines.factories import House

__all__ = ["draft", "house", "post", "written", "zygote"]  # fixtures

WRONG = "SELECT carrier AS who, flights FROM result WHERE flights > 0 ORDER BY carrier"


@pytest.fixture
def wrong(written: Draft, post: Callable[..., Draft]) -> Draft:
    return post(written, "check", number="", name="none flew", sql=WRONG)


def test_they_are_in_the_file_that_expires_and_not_in_the_table(house: House, wrong: Draft) -> None:
    found = preview_of(wrong, house.developer)
    refused = queries.rows_of(found, house.developer)
    assert refused.refusal
    assert refused.against == ()
    may_see_rows(house)
    (against,) = queries.rows_of(found, house.developer).against
    assert (against.check, against.count, len(against.rows)) == ("none flew", 7, 7)
    assert against.rows[0][0] == "C0"
    assert "C0" not in str(Preview.objects.filter(pk=found.pk).values())


def test_the_page_shows_them_under_the_name_of_their_check(
    house: House, wrong: Draft, people: dict[str, Any], client: Client
) -> None:
    preview_of(wrong, house.developer)
    client.force_login(people["mira"])
    assert "Rows against none flew" not in client.get(wrong.url).content.decode()
    may_see_rows(house)
    page = client.get(wrong.url).content.decode()
    assert 'aria-label="Rows against none flew, may scroll"' in page
    assert 'none flew <span class="muted">7 rows against it</span></h3>' in page


def test_a_program_gets_them_by_check(
    house: House, wrong: Draft, people: dict[str, User], client: Client
) -> None:
    found = preview_of(wrong, house.developer)
    client.force_login(people["mira"])
    address = f"/api/v1/previews/{found.pk}/check-rows/"
    assert client.get(address).status_code == 403
    may_see_rows(house)
    (against,) = client.get(address).json()
    assert (against["check"], against["count"]) == ("none flew", 7)
    assert [column["name"] for column in against["columns"]] == ["who", "flights"]
