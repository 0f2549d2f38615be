"""From a run that failed at its own file to changing that file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from pipelines.drafts.models import Draft
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.runs import operations
from pipelines.runs.models import Run
from pipelines.runs.steps import Start
from portal.golden_paths.steps.base import Link, StepError, Waiting
from tests.pipelines.factories import House

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
OF_THE_FILE = pytest.mark.parametrize(
    ("kind", "is_by_its_file"),
    [("sql", True), ("contract", True), ("key", True), ("check", True), ("input", False)],
)


def fail(run: Run, kind: str, now: datetime) -> Run:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim is not None
    error = EngineError("It broke.", permanent=True, kind=kind)
    execution.fail(claim=claim, error=error, now=now)
    return Run.objects.get(pk=run.pk)


@pytest.fixture
def started(house: House, now: datetime) -> Run:
    house.live(now=now)
    return operations.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=now,
    )


@OF_THE_FILE
def test_the_step_of_a_golden_path_leads_to_changing_the_query(
    house: House, now: datetime, kind: str, is_by_its_file: bool
) -> None:
    house.live(now=now)
    given = {"transformation": "carrier-punctuality", "environment": "staging"}
    begun = Start().do(given=given, by=house.developer, now=now, key="a step", kept={})
    assert isinstance(begun, Waiting)
    run = fail(Run.objects.get(), kind, now)
    with pytest.raises(StepError) as failure:
        Start().do(given=given, by=house.developer, now=now, key="a step", kept=begun.kept)
    links = [Link(f"Run {run.number}", f"/runs/{run.number}/")]
    if is_by_its_file:
        links.append(Link("Change its query", "/drafts/new?q=carrier-punctuality"))
    assert list(failure.value.links) == links


@OF_THE_FILE
def test_its_page_begins_a_draft_of_the_version_that_it_had(
    started: Run, now: datetime, browser: Browser, kind: str, is_by_its_file: bool
) -> None:
    run = fail(started, kind, now)
    page = browser("mira").get(f"/runs/{run.number}/").content.decode()
    offer = f'name="change" value="{run.version_id}"'
    assert (offer in page) is is_by_its_file
    assert offer not in browser("jonas").get(f"/runs/{run.number}/").content.decode()


def test_what_the_page_offers_is_done(started: Run, now: datetime, browser: Browser) -> None:
    run = fail(started, "sql", now)
    sent = {"team": "airline-data", "change": str(run.version_id)}
    answer = browser("mira").post("/drafts/new", sent)
    assert answer.headers["Location"] == Draft.objects.get().url
    assert Draft.objects.get().base == run.version


def test_one_that_ended_well_at_another_attempt_is_left_alone(
    started: Run, house: House, now: datetime, browser: Browser
) -> None:
    run = fail(started, "sql", now)
    operations.again(run=run, with_version="live", by=house.developer, now=now, reason="Perhaps.")
    page = browser("mira").get(f"/runs/{run.number}/").content.decode()
    assert 'name="change"' not in page
