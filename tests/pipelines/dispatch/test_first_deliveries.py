"""The first delivery of a release in production ends the way of its commits."""

from __future__ import annotations

from datetime import datetime

import pytest

from deployments.releases import operations as releases
from observability.dora.models import FirstDelivery
from tests.pipelines.dispatch.test_sending import ended, send
from tests.pipelines.factories import House, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(house: House, now: datetime) -> House:
    house.environment.is_production = True
    house.environment.save(update_fields=["is_production"])
    house.live(now=now)
    return house


def test_only_the_first_of_a_release_is_written_down(production: House, now: datetime) -> None:
    send(ended(production, now), now)
    send(ended(production, later(now, 60), b"more", key="b"), later(now, 60))
    found = FirstDelivery.objects.get()
    assert (found.component.name, found.environment) == ("carrier-punctuality", "staging")
    assert (found.release, found.delivered_at) == (1, now)
    assert found.url.startswith("/runs/")


def test_elsewhere_nothing_is(house: House, now: datetime) -> None:
    house.live(now=now)
    send(ended(house, now), now)
    assert not FirstDelivery.objects.exists()


def test_it_was_none_while_its_content_is_rejected(production: House, now: datetime) -> None:
    delivery = send(ended(production, now), now)
    judged = {"release": delivery.release, "by": production.owner, "now": later(now, 60)}
    releases.reject(reason="Counts twice.", **judged)
    assert FirstDelivery.objects.get().withdrawn_at == later(now, 60)
    releases.lift(reason="It was right.", **judged)
    assert FirstDelivery.objects.get().withdrawn_at is None
