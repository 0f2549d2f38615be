"""Where a component is paused, whoever would run it is told before writing anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from deployments.rollouts import operations as rollouts
from tests.pipelines.factories import House, ran

pytestmark = pytest.mark.django_db
NAME = "carrier-punctuality"


def test_both_dialogs_say_so_and_lead_to_the_end_of_the_pause(
    house: House, now: datetime, browser: Callable[[str], Client]
) -> None:
    house.live(now=now)
    run = ran(house, now)
    rollouts.pause(
        component=house.component(),
        environment=house.environment,
        reason="The source is being repaired",
        by=house.developer,
        now=now,
    )
    for address in (f"/components/{NAME}/run?environment=staging", f"/runs/{run.number}/again"):
        page = browser("mira").get(address).content.decode()
        assert f"{NAME} is paused here." in page, address
        assert "“The source is being repaired”" in page, address
        assert f'href="/components/{NAME}/in/staging/resume"' in page, address
