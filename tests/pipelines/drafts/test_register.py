"""The end of a draft: it becomes a version, alone or with its first deployment and run."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work as dispatch
from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.execution import work as execution
from pipelines.runs.models import Run
from pipelines.transformations.models import Version
from portal.errors import Moved, NotAllowed, Refused
from portal.files.writing import written as as_file
from portal.golden_paths import operations as golden_paths
from portal.golden_paths import shipped
from portal.golden_paths.models import PathRun
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]


def complete(house: House, **spec: Any) -> Draft:
    return operations.begin(
        team=house.team, text=as_file(file(**spec)), by=house.developer, now=timezone.now()
    )


def test_it_is_registered_by_the_rules_of_every_file_and_closed(
    house: House, people: dict[str, Any]
) -> None:
    draft = complete(house)
    version, is_new = operations.register(
        draft=draft, by=house.developer, now=timezone.now(), seen=1
    )
    assert (version.number, is_new) == (1, True)
    stands = queries.draft(draft.number)
    assert (stands.state, stands.version) == (Draft.State.REGISTERED, version)
    again = operations.register(draft=stands, by=house.developer, now=timezone.now())
    assert again == (version, False)
    with pytest.raises(NotAllowed):
        operations.register(draft=stands, by=people["jonas"], now=timezone.now())
    with pytest.raises(Refused, match="registered already"):
        operations.save(draft=stands, text="a: 1", seen=1, by=house.developer, now=timezone.now())


def test_what_is_wrong_or_was_changed_meanwhile_is_not_registered(
    house: House, people: dict[str, Any]
) -> None:
    draft = complete(house, sql="SELECT * FROM flihgts WHERE month = $month")
    with pytest.raises(Refused, match="Did you mean flights"):
        operations.register(draft=draft, by=house.developer, now=timezone.now())
    good = operations.save(
        draft=draft, text=as_file(file()), seen=1, by=house.owner, now=timezone.now()
    )
    with pytest.raises(Moved, match="Tomas Novak saved the file meanwhile"):
        operations.register(draft=good, by=house.developer, now=timezone.now(), seen=1)
    with pytest.raises(NotAllowed):
        operations.register(draft=good, by=people["jonas"], now=timezone.now())
    assert queries.draft(draft.number).is_open
    assert not Version.objects.exists()


def publish() -> None:
    for text in shipped.files():
        golden_paths.publish(definition=text, by=None, now=timezone.now())


def worked(run: PathRun) -> PathRun:
    """Every step by the control worker, and what it waits for: deployments, runs, deliveries."""
    now = timezone.now()
    for turn in range(12):
        at = now + timedelta(minutes=turn)
        golden_paths.work(path_run_id=run.pk, worker="test", now=at)
        for deployment in Deployment.objects.filter(state=Deployment.State.RUNNING):
            rollouts.work(deployment_id=str(deployment.pk), worker="test", now=at)
        for waiting in Run.objects.filter(state=Run.State.QUEUED):
            Run.objects.filter(pk=waiting.pk).update(next_at=now)
            execution.execute(run_id=str(waiting.pk), worker="test", clock=timezone.now)
        for sent in Delivery.objects.filter(state=Delivery.State.QUEUED):
            dispatch.deliver(delivery_id=str(sent.pk), worker="test", clock=timezone.now)
        run.refresh_from_db()
        if not run.is_moving:
            break
    return run


def test_the_review_shows_what_it_makes_and_one_button_does_it(
    house: House, browser: Browser
) -> None:
    publish()
    draft = complete(house, defaults={"schedule": {"cron": "0 6 * * *"}})
    client = browser("mira")
    shown = client.get(f"{draft.url}review").content.decode()
    assert "is the first version" in shown
    assert "staging, delivers to Acme Travel</option>" in shown
    given = {"seen": "1", "environment": "staging", "is_run": "on", "is_scheduled": "on"}
    answer = client.post(f"{draft.url}review", given)
    run = PathRun.objects.get()
    assert answer.headers["Location"] == run.url
    assert queries.draft(draft.number).version == Version.objects.get()
    assert worked(run).state == PathRun.State.DONE, run.message
    first, configured = Deployment.objects.order_by("pk")
    assert first.state == configured.state == Deployment.State.SUCCEEDED
    assert configured.configuration.values["schedule"] == {"cron": "0 6 * * *"}
    said = dict(run.steps.values_list("name", "message"))
    assert "Delivered to Acme Travel." in said["run"]
    assert said["schedule"].startswith("In staging it runs every day at 06:00, UTC, next on ")
    ended = Run.objects.get()
    assert (ended.state, ended.environment) == (Run.State.SUCCEEDED, house.environment)


def test_the_review_says_what_is_not_promised(house: House, browser: Browser) -> None:
    client = browser("mira")
    bare = complete(house, checks=[], contract=None)
    shown = client.get(f"{bare.url}review").content.decode()
    assert "It promises no columns" in shown
    assert "It has no checks: whatever comes out is delivered." in shown
    checked = client.get(f"{complete(house).url}review").content.decode()
    assert "It has no checks" not in checked


def test_a_further_version_is_a_deployment_like_any_other(house: House, browser: Browser) -> None:
    house.register(file(), now=timezone.now())
    draft = complete(house, sql=file()["spec"]["sql"] + " LIMIT 5")
    client = browser("mira")
    shown = client.get(f"{draft.url}review").content.decode()
    assert "changes the SQL of v1" in shown
    answer = client.post(f"{draft.url}review", {"seen": "1", "environment": "staging"})
    deployment = Deployment.objects.get()
    assert answer.headers["Location"] == deployment.path
    assert deployment.release.number == 2


def test_nothing_is_registered_where_it_can_not_be_deployed(
    house: House, people: dict[str, Any]
) -> None:
    """Both or neither: no path of that name is offered here."""
    draft = complete(house)
    with pytest.raises(Refused):
        operations.ship(
            draft=draft, environment=house.environment, by=house.developer, now=timezone.now()
        )
    assert not Version.objects.exists()
    assert queries.draft(draft.number).is_open


def test_a_registered_draft_says_so_and_only_registering_is_possible_too(
    house: House, browser: Browser
) -> None:
    draft = complete(house)
    answer = browser("mira").post(f"{draft.url}review", {"seen": "1", "only": "1"})
    assert answer.headers["Location"] == "/components/carrier-punctuality/versions/1/"
    shown = browser("mira").get(draft.url).content.decode()
    assert "Registered as v1." in shown
    assert ">Review<" not in shown  # nothing is left to review
    for path in (draft.url, answer.headers["Location"]):
        page = browser("mira").get(path).content.decode()
        [change] = re.findall(r'name="change" value="([^"]+)"', page)
        given = {"team": "airline-data", "change": change, "another": "yes"}
        begun = browser("mira").post("/drafts/new", given).headers["Location"]
        assert str(queries.draft(int(begun.split("/")[2])).base) == "v1"
        assert 'name="change"' not in browser("jonas").get(path).content.decode()
    same = complete(house)
    shown = browser("mira").get(f"{same.url}review").content.decode()
    assert "there is nothing to register" in shown
