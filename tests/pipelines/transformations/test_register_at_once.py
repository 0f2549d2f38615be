"""Several people register at the same moment: numbers are not shared, content is not doubled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from deployments.releases.models import Release
from pipelines.transformations.models import Version
from pipelines.transformations.operations import register
from portal.catalog.models import Component
from tests.pipelines.at_once import MANY, at_once
from tests.pipelines.factories import House, file

pytestmark = pytest.mark.django_db(transaction=True)


def sql(number: int) -> str:
    where = f"WHERE month > $month + {number}"
    return f"SELECT carrier, count(*) AS flights FROM flights {where} GROUP BY carrier"


def test_the_same_new_content_becomes_one_version(house: House, now: datetime) -> None:
    found = at_once(lambda _: register(file=file(), by=house.developer, now=now))

    assert {version.number for version, _ in found} == {1}
    assert sum(is_new for _, is_new in found) == 1
    assert (Component.objects.count(), Version.objects.count(), Release.objects.count()) == (
        1,
        1,
        1,
    )


def test_different_new_contents_become_versions_without_gaps(house: House, now: datetime) -> None:
    found = at_once(lambda n: register(file=file(sql(n)), by=house.developer, now=now))

    assert sorted(version.number for version, _ in found) == list(range(1, MANY + 1))
    released = Release.objects.values_list("number", "digest")
    assert set(released) == {(version.number, version.digest) for version, _ in found}


def test_different_names_do_not_wait_for_each_other(house: House, now: datetime) -> None:
    def one(number: int) -> Any:
        content = file()
        content["metadata"]["name"] = f"punctuality-{number}"
        return register(file=content, by=house.developer, now=now)

    assert [version.number for version, _ in at_once(one)] == [1] * MANY
