"""What a delivery says in the form depends on where it goes; the file says the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from portal.files import document
from tests.conftest import NOW
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]
Post = Callable[..., Draft]
HTMX = {"HTTP_HX_REQUEST": "true"}
TO = {"client": "acme-travel", "destination": "acme-drop"}
FIELDS = {"format", "path", "table", "mode"}


@pytest.fixture(autouse=True)
def destinations(house: House) -> None:
    """One of each kind, where the team may deliver."""
    for name, kind in (("acme-hook", "webhook"), ("acme-reports", "postgres"), ("acme-two", "")):
        made = connections.create_destination(
            name=name,
            kind=kind or "directory",
            client=house.client,
            team=house.team,
            by=house.owner,
            now=NOW,
        )
        connections.give(thing=made, team=house.team, use="use", by=house.owner, now=NOW)


@pytest.fixture
def sent(browser: Browser) -> Callable[..., str]:
    """What a form of the page sends, and what comes back."""

    def send(draft: Draft, edit: str, **values: str) -> str:
        answer = browser("mira").post(f"{draft.url}edit", {"edit": edit, **values}, **HTMX)
        assert answer.status_code == 200
        return answer.content.decode()

    return send


def begun(house: House, **delivery: Any) -> Draft:
    """A draft that is right but for its delivery, perhaps."""
    text = json.dumps(file(deliveries=[delivery]))
    return operations.begin(team=house.team, text=text, by=house.developer, now=timezone.now())


def delivery(draft: Draft) -> dict[str, Any]:
    [found] = document.read(queries.draft(draft.number).text).data["spec"]["deliveries"]
    return dict(found)


def shown(html: str) -> set[str]:
    """The fields of the form of the only delivery."""
    form = re.search(r'<form class="delivery-fields".*?</form>', html, re.DOTALL)
    assert form
    return set(re.findall(r' name="(\w+)"', form[0])) & FIELDS


def is_registrable(house: House, draft: Draft) -> bool:
    return not Page(queries.draft(draft.number), house.developer, timezone.now()).told


@pytest.mark.parametrize(
    ("destination", "said", "fields"),
    [
        ("acme-drop", {"format": "parquet"}, {"format", "path"}),
        ("acme-hook", {"format": "jsonl"}, {"format"}),
        ("acme-reports", {"table": "public.carrier_counts"}, {"table", "mode"}),
    ],
)
def test_a_delivery_begins_with_what_its_kind_needs(
    house: House,
    draft: Draft,
    sent: Callable[..., str],
    destination: str,
    said: dict[str, str],
    fields: set[str],
) -> None:
    given = {"client": "acme-travel", "destination": destination}
    html = sent(draft, "delivery.add", **given)
    assert delivery(draft) == {**given, **said}
    assert shown(html) == fields
    page = Page(queries.draft(draft.number), house.developer, timezone.now())
    assert page.by_section["deliveries"].standing == "done"


def test_a_table_is_delivered_to_and_changed_by_the_form_alone(
    house: House, sent: Callable[..., str]
) -> None:
    draft = begun(house, client="acme-travel", destination="acme-reports", table="reports.flights")
    assert is_registrable(house, draft)
    given = {"number": "0", "destination": "acme-reports"}
    html = sent(draft, "delivery", **given, table="reports.flights", mode="upsert")
    assert delivery(draft) == {
        "client": "acme-travel", "destination": "acme-reports", "table": "reports.flights",
        "mode": "upsert",
    }  # fmt: skip
    assert '<option value="upsert" selected>' in html
    assert is_registrable(house, draft)
    sent(draft, "delivery", **given, table="reports.carriers", mode="")
    assert delivery(draft)["table"] == "reports.carriers"
    assert "mode" not in delivery(draft)
    assert is_registrable(house, draft)


def test_touching_a_field_leaves_the_others_as_they_are_written(
    house: House, sent: Callable[..., str]
) -> None:
    written = {
        "destination": "acme-reports", "mode": "replace", "client": "acme-travel",
        "table": "reports.flights",
    }  # fmt: skip
    draft = begun(house, **written)
    html = sent(draft, "delivery", number="0", destination="acme-reports", mode="replace",
                table="reports.all")  # fmt: skip
    assert list(delivery(draft).items()) == list({**written, "table": "reports.all"}.items())
    assert '<option value="replace" selected>' in html


def test_what_nobody_offers_stays_until_somebody_chooses(
    house: House, browser: Browser, sent: Callable[..., str]
) -> None:
    draft = begun(house, **TO, format="xls", path="a.xls")
    page = browser("mira").get(draft.url).content.decode()
    assert '<option value="xls" selected>xls</option>' in page
    sent(draft, "delivery", number="0", destination="acme-drop", format="xls", path="b.xls")
    assert delivery(draft) == {**TO, "format": "xls", "path": "b.xls"}


@pytest.mark.parametrize(
    ("before", "destination", "after", "fields"),
    [
        (
            {"format": "csv", "path": "a/{month}.csv"},
            "acme-reports",
            {"table": "public.carrier_punctuality"},
            {"table", "mode"},
        ),
        ({"format": "csv", "path": "a/{month}.csv"}, "acme-hook", {"format": "csv"}, {"format"}),
        (
            {"format": "csv", "path": "a/{month}.csv"},
            "acme-two",
            {"format": "csv", "path": "a/{month}.csv"},
            {"format", "path"},
        ),
    ],
)
def test_another_destination_changes_the_fields_and_takes_stale_ones_out_of_the_file(
    house: House,
    sent: Callable[..., str],
    before: dict[str, str],
    destination: str,
    after: dict[str, str],
    fields: set[str],
) -> None:
    draft = begun(house, **TO, **before)
    html = sent(draft, "delivery", number="0", destination=destination, **before)
    assert delivery(draft) == {"client": "acme-travel", "destination": destination, **after}
    assert shown(html) == fields
    assert is_registrable(house, draft)


def test_a_table_may_become_a_file_again(house: House, sent: Callable[..., str]) -> None:
    given = {"table": "reports.flights", "mode": "upsert"}
    draft = begun(house, client="acme-travel", destination="acme-reports", **given)
    html = sent(draft, "delivery", number="0", destination="acme-drop", **given)
    assert delivery(draft) == {**TO, "format": "parquet"}
    assert shown(html) == {"format", "path"}


def test_a_file_that_says_too_much_is_mended_by_the_form(
    house: House, browser: Browser, sent: Callable[..., str]
) -> None:
    draft = begun(
        house, client="acme-travel", destination="acme-reports", format="parquet", path="a.parquet"
    )
    assert shown(browser("mira").get(draft.url).content.decode()) == {"table", "mode"}
    assert not is_registrable(house, draft)
    sent(draft, "delivery", number="0", destination="acme-reports", table="public.a", mode="")
    assert delivery(draft) == {
        "client": "acme-travel", "destination": "acme-reports", "table": "public.a",
    }  # fmt: skip
    assert is_registrable(house, draft)


def test_of_a_destination_that_nobody_knows_the_form_shows_what_the_file_says(
    house: House, browser: Browser, sent: Callable[..., str]
) -> None:
    draft = begun(house, client="acme-travel", destination="acme-old", table="public.a")
    page = browser("mira").get(draft.url).content.decode()
    assert shown(page) == {"table"}
    assert "acme-old" in page
    sent(draft, "delivery", number="0", destination="acme-old", table="public.b")
    assert delivery(draft)["table"] == "public.b"


def test_the_review_says_what_each_client_gets(house: House, browser: Browser) -> None:
    to = {"client": "acme-travel"}
    said = [
        {**to, "destination": "acme-drop", "format": "csv", "path": "a.csv"},
        {**to, "destination": "acme-hook", "format": "jsonl"},
        {**to, "destination": "acme-reports", "table": "public.a", "mode": "upsert"},
    ]
    text = json.dumps(file(deliveries=said))
    draft = operations.begin(team=house.team, text=text, by=house.developer, now=timezone.now())
    page = browser("mira").get(f"{draft.url}review").content.decode()
    for words in ("csv at a.csv", "jsonl as an event", "the rows upserted into public.a"):
        assert words in page
