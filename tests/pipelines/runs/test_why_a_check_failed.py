"""A check that failed stands on the page of the run with what it asks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from pipelines.runs.models import Attempt
from portal.accounts.models import User
from tests.pipelines.factories import file
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
COUNTED = "no flight counted twice"
OTHER = "SELECT * FROM result WHERE flights < 0"


def test_it_is_what_the_version_of_this_attempt_asks(
    whole: Whole, people: dict[str, User], client: Client
) -> None:
    run = whole.ended_run
    (check,) = file()["spec"]["checks"]
    later = whole.house.register(file(checks=[{**check, "sql": OTHER}]), now=timezone.now())
    client.force_login(people["mira"])
    before = client.get(f"/runs/{run.number}/").content.decode()
    assert f'aria-label="What {COUNTED} asks"' in before
    assert OTHER.replace("<", "&lt;") not in before
    Attempt.objects.filter(run=run).update(version=later)
    assert OTHER.replace("<", "&lt;") in client.get(f"/runs/{run.number}/").content.decode()
