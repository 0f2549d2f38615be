"""A number of thousands of digits in an address is one that there is not, and no bug of ours."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portal import typed
from portal.accounts.models import User
from tests.whole_house import Whole

LONG = "9" * 5000
NAME = "carrier-punctuality"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), (LONG, None)],
)
def test_a_number_is_one_of_ours(text: str, number: int | None) -> None:
    assert typed.whole(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1.0", "1e3", "²", "v1", "one"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert typed.whole(text) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"{reverse('observability:log-complete')}?q=a&at={LONG}",
        f"/catalog/graph?from=component:{NAME}&depth={LONG}",
        f"/components/?tier={LONG}",
        f"/components/?sort=tier&after={LONG}~a",
        f"/components/{NAME}/plan?environment=staging&release={LONG}",
        f"/clients/acme-travel/ahead?component={NAME}&release={LONG}",
    ],
    ids=lambda address: address.partition("=9")[0],
)
def test_a_page_takes_it_for_none(
    address: str, whole: Whole, client: Client, people: dict[str, User]
) -> None:
    client.force_login(people["mira"])
    assert client.get(address).status_code == 200
