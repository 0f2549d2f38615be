"""Staged results go when they are old and nobody needs them; what a repair may need stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from pipelines.deliveries import operations as deliveries_
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work
from pipelines.execution import operations as execution
from pipelines.retention import operations
from pipelines.runs import artifacts
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.errors import Refused
from portal.models import Entry
from tests.pipelines.factories import House, deliveries, staged

pytestmark = pytest.mark.django_db
Ran = Callable[..., Run]
LATER = timedelta(days=91)


@pytest.fixture
def ran(house: House, now: datetime) -> Ran:
    """A run that ended well, delivered unless told otherwise."""
    house.live(now=now)

    def do(key: str, *, month: int = 1, at: datetime = now, is_sent: bool = True) -> Run:
        run = runs.start(
            transformation=house.component().transformation, environment=house.environment,
            parameters={"month": month}, by=house.developer, now=at, request_key=key,
        )  # fmt: skip
        claim = execution.claim(run_id=str(run.pk), worker="test", now=at)
        assert claim
        assert execution.succeed(claim=claim, outcome=staged(claim, key.encode()), now=at)
        if is_sent:
            (delivery,) = deliveries(run)
            work.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: at)
        run.refresh_from_db()
        return run

    return do


def tidy(now: datetime, capture: Callable[..., object]) -> int:
    with capture(execute=True):  # type: ignore[attr-defined]  # files go after the commit
        return operations.tidy(now=now)


def is_there(path: str) -> bool:
    return artifacts.absolute(path).exists()


def test_an_old_result_goes_once_a_newer_one_has_taken_its_place(
    ran: Ran, now: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    old, new = ran("old"), ran("new")
    path = old.result_path
    assert tidy(now + LATER, django_capture_on_commit_callbacks) == 1
    old.refresh_from_db()
    assert not is_there(path)
    assert is_there(new.result_path)
    assert (old.result_path, old.state, old.rows) == ("", Run.State.SUCCEEDED, 7)
    assert Entry.objects.get(verb="run.tidy").thing_id == str(old.pk)


def test_a_young_result_stays(
    ran: Ran, now: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    ran("old")
    ran("new")
    assert tidy(now + timedelta(days=89), django_capture_on_commit_callbacks) == 0


def test_what_stands_at_a_client_stays(
    ran: Ran, now: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    ran("stands")
    ran("newer, not sent yet", is_sent=False)
    assert tidy(now + LATER, django_capture_on_commit_callbacks) == 0


def test_the_newest_of_each_parameters_stays(
    ran: Ran, now: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    ran("january", month=1)
    ran("february", month=2)
    assert tidy(now + LATER, django_capture_on_commit_callbacks) == 0


def test_what_is_still_to_be_sent_stays(
    ran: Ran, now: datetime, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    ran("waits", is_sent=False)
    ran("newer")
    assert tidy(now + LATER, django_capture_on_commit_callbacks) == 0


def test_everything_stays_where_the_platform_says_so(
    ran: Ran,
    now: datetime,
    settings: Settings,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    settings.KEEP_RESULTS_DAYS = 0
    ran("old")
    ran("new")
    assert tidy(now + timedelta(days=9999), django_capture_on_commit_callbacks) == 0


def test_delivering_a_tidied_result_again_is_refused_and_says_the_way(
    ran: Ran,
    house: House,
    now: datetime,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    old = ran("old")
    ran("new")
    tidy(now + LATER, django_capture_on_commit_callbacks)
    delivery = Delivery.objects.get(run=old)
    with pytest.raises(Refused, match=r"tidied away.*Start the run again"):
        deliveries_.again(delivery=delivery, by=house.developer, now=now + LATER, reason="Lost it.")
