"""What reads a connection stands on its page, and in what would change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from pipelines.connections import readers
from portal.catalog import operations as catalog
from portal.catalog.models import Dependency
from tests.conftest import NOW
from tests.pipelines.factories import House

Browser = Callable[[str], Client]
PAGE = "/connections/nyc-files/"
READS = {"direction": "reads", "kind": "connection", "name": "nyc-files"}


def named(house: House, name: str) -> None:
    """A component whose newest file reads it, and which is live nowhere."""
    component = catalog.register(
        name=name, team=house.team, kind="transformation", by=house.developer, now=NOW
    )
    component.dependencies.create(**READS, source=Dependency.Source.DECLARED, since_at=NOW)


def test_its_page_names_live_versions_and_what_is_not_live_yet(
    house: House, now: datetime, browser: Browser
) -> None:
    assert b"Nothing reads it yet." in browser("jonas").get(PAGE).content
    house.live(now=now)
    named(house, "airport-weather")
    shown = browser("jonas").get(PAGE).content.decode()
    assert '/components/carrier-punctuality/versions/1/">v1</a> in staging' in shown
    assert "not live" in shown


def test_a_live_version_that_does_not_read_it_is_not_named(house: House, now: datetime) -> None:
    version = house.live(now=now)
    version.spec["inputs"]["flights"]["connection"] = "other-files"
    version.save(update_fields=["spec"])
    [component] = readers.everywhere(house.connection).first
    assert component.reading == []
    found = readers.at(house.connection, house.environment)
    assert found is not None
    assert not found.first


def test_a_live_version_is_named_though_the_newest_file_has_left_it(
    house: House, now: datetime
) -> None:
    live = house.live(now=now)
    Dependency.objects.filter(component=live.transformation.component).delete()
    there = readers.at(house.connection, house.environment)
    assert there is not None
    assert [each.component.name for each in there.first] == ["carrier-punctuality"]
    assert [each.name for each in readers.everywhere(house.connection).first] == [
        "carrier-punctuality"
    ]


@pytest.mark.parametrize("verb", ["bind", "unbind"])
def test_who_changes_its_place_is_told_what_reads_it_there(
    house: House, now: datetime, browser: Browser, verb: str
) -> None:
    ines = browser("ines")
    dialog = f"{PAGE}in/staging/{verb}"
    assert b"Nothing that is live is known to read it in staging." in ines.get(dialog).content
    house.live(now=now)
    shown = ines.get(dialog).content.decode()
    assert "1 live version reads it in staging:</strong> carrier-punctuality v1." in shown
    sent = ines.get(f"/destinations/acme-drop/in/staging/{verb}").content
    assert b"reads it" not in sent


def test_a_long_list_is_cut_and_costs_no_more(
    house: House, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(readers.MOST + 3):
        named(house, f"reader-{number}")
    jonas = browser("jonas")
    jonas.get(PAGE)
    with django_assert_num_queries(11):
        shown = jonas.get(PAGE).content.decode()
    assert shown.count("not live") == readers.MOST
    assert '/search?q=source:nyc-files">All of them' in shown
