"""Since which deployment a place fails: the first that did after the last good run."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.runs.since import fails_since
from tests.pipelines.factories import SQL, House, file, later, ran

pytestmark = pytest.mark.django_db


def test_it_fails_since_the_first_version_that_did_whatever_came_after(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    good = ran(house, later(now, 1))
    house.live(file(SQL + " HAVING count(*) > 0"), now=later(now, 2))
    first = ran(house, later(now, 3), "Column fare is gone.")
    house.live(file(SQL + " HAVING count(*) > 1"), now=later(now, 4))
    again = ran(house, later(now, 5), "Column fare is gone.")
    other = ran(house, later(now, 6), "There is no table.")

    found = fails_since(first)
    assert found is not None
    assert (found.deployment, found.last_good, found.first) == (first.deployment, good, None)
    for run, is_otherwise in ((again, False), (other, True)):
        found = fails_since(run)
        assert found is not None
        assert found.is_since
        assert (found.deployment, found.first) == (first.deployment, first)
        assert found.is_otherwise is is_otherwise
