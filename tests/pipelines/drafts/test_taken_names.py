"""A new draft under a name that is taken never becomes the next version of something unasked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from deployments.releases import operations as releases
from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.transformations.models import Version
from portal.errors import Refused
from portal.files.writing import written as as_file
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]


@pytest.fixture
def versions(house: House) -> list[Version]:
    """v1 is good, v2 is rejected."""
    found = [
        house.register(file(), now=timezone.now()),
        house.register(file(sql=file()["spec"]["sql"] + " LIMIT 5"), now=timezone.now()),
    ]
    release = house.component().releases.get(number=2)
    releases.reject(release=release, by=house.approver, now=timezone.now(), reason="Drops rows.")
    return found


@pytest.fixture
def new(house: House, versions: list[Version]) -> Draft:
    """Begun with a title, out of which a name came that is taken; its query is right."""
    draft = operations.begin(
        team=house.team, title="Carrier punctuality", by=house.developer, now=timezone.now()
    )
    content = file(sql=file()["spec"]["sql"] + " LIMIT 3")
    assert content["metadata"]["name"] == draft.name
    return saved(house, draft, content)


def saved(house: House, draft: Draft, content: dict[str, Any]) -> Draft:
    return operations.save(
        draft=draft,
        text=as_file(content),
        seen=draft.revision,
        by=house.developer,
        now=timezone.now(),
    )


def registered(house: House, draft: Draft) -> Version:
    version, _ = operations.register(draft=draft, by=house.developer, now=timezone.now())
    return version


def test_registering_it_is_refused_and_says_what_stands_there(house: House, new: Draft) -> None:
    words = "carrier-punctuality exists: v2 is rejected and no version is live"
    with pytest.raises(Refused, match=words):
        registered(house, new)
    with pytest.raises(Refused, match=words):
        operations.ship(
            draft=new, environment=house.environment, by=house.developer, now=timezone.now()
        )
    assert Version.objects.count() == 2


def test_its_pages_offer_to_change_what_exists_from_the_newest_version_that_is_good(
    new: Draft, versions: list[Version], browser: Browser
) -> None:
    client = browser("mira")
    for path in ("", "review", "file"):
        shown = client.get(f"{new.url}{path}").content.decode()
        assert "carrier-punctuality exists:</strong> v2 is rejected" in shown, path
        assert f'name="change" value="{versions[0].pk}"' in shown, path
        assert "Choose another name" in shown, path
    given = {"team": "airline-data", "change": str(versions[0].pk)}
    number = client.post("/drafts/new", given).headers["Location"].split("/")[2]
    assert queries.draft(int(number)).base == versions[0]


def test_another_name_is_free_and_registered_as_a_first_version(house: House, new: Draft) -> None:
    content = file()
    content["metadata"]["name"] = "carrier-delays"
    assert registered(house, saved(house, new, content)).number == 1


@pytest.mark.parametrize("begun", [{"text": as_file(file(checks=[]))}, {"base": 0}])
def test_what_was_begun_to_change_it_becomes_the_next_version(
    house: House, versions: list[Version], browser: Browser, begun: dict[str, Any]
) -> None:
    """A version that was chosen, or a whole file that somebody brings."""
    given = {**begun, "base": versions[0]} if "base" in begun else begun
    draft = operations.begin(team=house.team, by=house.developer, now=timezone.now(), **given)
    draft = saved(house, draft, file(checks=[]))
    assert "exists:</strong>" not in browser("mira").get(draft.url).content.decode()
    assert registered(house, draft).number == 3


def test_a_draft_of_one_thing_does_not_become_another(
    house: House, versions: list[Version]
) -> None:
    other = file()
    other["metadata"]["name"] = "carrier-delays"
    base = house.register(other, now=timezone.now())
    draft = operations.begin(team=house.team, base=base, by=house.developer, now=timezone.now())
    with pytest.raises(Refused, match="carrier-punctuality exists"):
        registered(house, saved(house, draft, file(checks=[])))


def test_a_program_reads_why_among_the_findings(house: House, new: Draft, browser: Browser) -> None:
    found = browser("mira").get(f"/api/v1/drafts/{new.pk}/").json()["findings"]
    assert [one["field"] for one in found] == ["metadata.name"]


def test_a_file_that_is_only_looked_at_may_have_the_name_of_what_it_would_change(
    house: House, versions: list[Version], program: Callable[..., APIClient]
) -> None:
    text = as_file(file(sql=file()["spec"]["sql"] + " LIMIT 3"))
    answer = program("mira").post("/api/v1/drafts/validate/", {"file": text}, format="json")
    assert "exists" not in answer.content.decode()
