"""What about runs waits for a person: folded by component, since when, how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from deployments.environments.models import Environment
from deployments.releases.models import Release
from deployments.rollouts.models import Configuration, Deployment, Live
from pipelines.acceptances.models import Acceptance
from pipelines.deliveries.models import Circuit, Delivery
from pipelines.runs import today, waiting
from pipelines.runs.models import Attempt, Run
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.conftest import NOW as MADE_AT
from tests.whole_house import Whole

NOW = MADE_AT + timedelta(hours=5)
HOUR = timedelta(hours=1)


def failed(whole: Whole, component: Component, at: datetime, key: str) -> Run:
    """As a worker leaves it behind."""
    like = whole.ended_run
    return Run.objects.create(
        transformation=component.transformation,
        environment=like.environment,
        request_key=key,
        parameters_digest="d",
        state=Run.State.FAILED,
        message=f"Column fare is gone ({key}).",
        attempt=1,
        team=like.team,
        trace_id="0" * 32,
        requested_at=at,
        queued_at=at,
        finished_at=at,
    )


def said(who: User, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(need.label, need.title) for need in waiting.needs_of(who, now)]


def test_what_waits_for_people(whole: Whole, people: dict[str, User]) -> None:
    mira, component = people["mira"], whole.component
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    assert said(mira) == []

    runs = [failed(whole, component, NOW - n * HOUR, f"k{n}") for n in (3, 2, 1)]
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality failed in staging, 3 times in a row"
    assert (need.text, need.at) == ("Column fare is gone (k1).", NOW - 3 * HOUR)
    assert need.url == f"/runs/{runs[-1].number}/", "the newest is where one looks"
    assert said(people["jonas"]) == said(people["hannah"]) == [], "viewers can do nothing about it"
    assert said(mira, NOW + timedelta(days=8)) == [], "a week later it waits for nobody"
    (words,) = today.of([runs[0].team], runs[0].finished_at or NOW)
    assert words.endswith(" runs since midnight")
    assert today.of([], NOW) == []

    Acceptance.objects.create(
        run=runs[-1], attempt=1, reason="Known.", accepted_by=mira, accepted_at=NOW
    )
    assert said(mira) == [], "someone lets it stand"
    Acceptance.objects.all().delete()

    for state, label in (("failed", "Not delivered"), ("held", "Held")):
        Delivery.objects.filter(pk=whole.delivery.pk).update(
            state=state, message="No room.", created_at=NOW - HOUR
        )
        assert [one for one, _ in said(mira)] == ["Failure", label]

    Run.objects.filter(pk=runs[-1].pk).update(state=Run.State.SUCCEEDED)
    assert [one for one, _ in said(mira)] == ["Held"], "a run that went well is the last word"


def test_what_another_version_replaced_since_waits_for_nobody(
    whole: Whole, people: dict[str, User]
) -> None:
    mira, component = people["mira"], whole.component
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    live = Live.objects.select_related("deployment").get(
        component=component, environment=whole.ended_run.environment, channel="stable"
    )
    run = failed(whole, component, NOW, "k1")
    Run.objects.filter(pk=run.pk).update(release=live.release)
    Deployment.objects.filter(pk=live.deployment_id).update(live_at=NOW + HOUR)
    assert len(said(mira)) == 1, "the same version is live again: nothing was mended"
    other = Release.objects.filter(component=component).exclude(digest=live.release.digest).first()
    Run.objects.filter(pk=run.pk).update(release=other)
    assert said(mira) == []
    assert waiting.troubles_of([run.team_id], NOW) == {}
    Deployment.objects.filter(pk=live.deployment_id).update(live_at=NOW - HOUR)
    assert len(said(mira)) == 1, "it failed after the other version went live"


def test_failures_are_counted_by_environment(whole: Whole, people: dict[str, User]) -> None:
    component = whole.component
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    for n in (3, 2):
        run = failed(whole, component, NOW - n * HOUR, f"k{n}")
        Run.objects.filter(pk=run.pk).update(environment=Environment.objects.get(name="preview"))
    failed(whole, component, NOW, "k1")
    (need,) = waiting.needs_of(people["mira"], NOW)
    assert need.title == "carrier-punctuality failed in preview, 2 times in a row; in staging"


def test_a_run_that_waits_or_was_cancelled_mends_no_failure(
    whole: Whole, people: dict[str, User]
) -> None:
    mira, component = people["mira"], whole.component
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    for n in (3, 2):
        failed(whole, component, NOW - n * HOUR, f"k{n}")
    newer = failed(whole, component, NOW, "k1")
    for state in (Run.State.QUEUED, Run.State.RUNNING, Run.State.CANCELLED):
        Run.objects.filter(pk=newer.pk).update(state=state)
        (need,) = waiting.needs_of(mira, NOW)
        assert need.title == "carrier-punctuality failed in staging, 2 times in a row", state
        (trouble,) = waiting.troubles_of([newer.team_id], NOW).values()
        assert trouble.words == "Last run failed in staging"


def test_a_backfill_about_times_long_past_mends_no_failure(
    whole: Whole, people: dict[str, User]
) -> None:
    run = failed(whole, whole.component, NOW - HOUR, "k1")
    of_backfill = failed(whole, whole.component, NOW, "k2")
    Run.objects.filter(pk=of_backfill.pk).update(state=Run.State.SUCCEEDED, backfill=whole.backfill)
    assert [need.url for need in waiting.needs_of(people["mira"], NOW)] == [f"/runs/{run.number}/"]
    Run.objects.filter(pk=of_backfill.pk).update(backfill=None)
    assert said(people["mira"]) == []


def test_a_client_that_refuses_everything_is_trouble_while_it_is_tried_again(
    whole: Whole, people: dict[str, User]
) -> None:
    mira, delivery = people["mira"], whole.delivery
    rows = Delivery.objects.filter(pk=delivery.pk)

    def words() -> list[str]:
        teams = [whole.component.team_id]
        return [one.words for one in waiting.troubles_of(teams, NOW).values()]

    rows.update(state=Delivery.State.QUEUED, attempt=0, message="", created_at=NOW - HOUR)
    assert (said(mira), words()) == ([], [])
    rows.update(attempt=1, message="It answered 500.")
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality does not reach Acme Travel"
    assert (need.text, need.at) == ("It answered 500. In staging.", NOW - HOUR)
    assert words() == ["Not delivered in staging"]
    rows.update(state=Delivery.State.SENDING, attempt=2, message="")
    assert words() == ["Not delivered in staging"], "it stands while it is tried once more"
    rows.update(state=Delivery.State.QUEUED, attempt=0)
    Circuit.objects.create(
        destination=delivery.destination, environment=delivery.environment, opened_at=NOW
    )
    assert words() == ["Not delivered in staging"], "it waits for a destination that rests"
    Circuit.objects.all().delete()
    rows.update(state=Delivery.State.FAILED)
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality did not reach Acme Travel"
    assert words() == ["Not delivered in staging"]


def test_the_page_of_a_component_says_what_home_says(
    whole: Whole, browser: Callable[[str], Client]
) -> None:
    address = f"/components/{whole.component.name}/panels/now"
    assert "Not well" not in browser("mira").get(address).content.decode()
    run = failed(whole, whole.component, timezone.now(), "k1")
    page = browser("mira").get(address).content.decode()
    assert "carrier-punctuality failed in staging." in page
    assert f'href="/runs/{run.number}/"' in page


def test_a_success_with_other_parameters_mends_no_failure(
    whole: Whole, people: dict[str, User]
) -> None:
    mira, component = people["mira"], whole.component
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    first = failed(whole, component, NOW - 2 * HOUR, "k1")
    Run.objects.filter(pk=first.pk).update(parameters={"month": 1}, parameters_digest="1")
    other = failed(whole, component, NOW - HOUR, "k2")
    Run.objects.filter(pk=other.pk).update(parameters_digest="2", state=Run.State.SUCCEEDED)
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality failed in staging with month=1"
    (trouble,) = waiting.troubles_of([first.team_id], NOW).values()
    assert trouble.words == "Failed with some parameters in staging"

    Run.objects.filter(pk=other.pk).update(state=Run.State.FAILED)
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality failed in staging with 2 sets of parameters"
    Run.objects.filter(pk=other.pk).update(state=Run.State.SUCCEEDED, parameters_digest="1")
    assert said(mira) == [], "the same went well since"


def test_parameters_of_a_configuration_that_was_replaced_stay_red_no_longer_than_its_next_run(
    whole: Whole, people: dict[str, User]
) -> None:
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    before, after = failed(whole, whole.component, NOW - HOUR, "k1"), whole.ended_run
    newer = failed(whole, whole.component, NOW, "k2")
    old = Configuration.objects.get(pk=after.configuration_id)
    new = Configuration.objects.create(
        component=old.component,
        environment=old.environment,
        number=old.number + 50,
        created_by=old.created_by,
        created_at=NOW,
    )
    Run.objects.filter(pk=before.pk).update(configuration=old)
    Run.objects.filter(pk=newer.pk).update(
        configuration=old, parameters_digest="2", state=Run.State.SUCCEEDED
    )
    assert len(said(people["mira"])) == 1
    Run.objects.filter(pk=newer.pk).update(configuration=new)
    assert said(people["mira"]) == []


def test_a_run_that_is_done_again_stays_failed_until_it_ends_well(
    whole: Whole, people: dict[str, User]
) -> None:
    mira = people["mira"]
    Run.objects.filter(pk=whole.waiting_run.pk).update(state=Run.State.CANCELLED)
    run = failed(whole, whole.component, NOW - HOUR, "k1")
    rows = Run.objects.filter(pk=run.pk)
    like = whole.ended_run.attempts.get()
    first = Attempt.objects.create(
        run=run,
        number=1,
        state=Attempt.State.FAILED,
        message="Column fare is gone.",
        version=like.version,
        deployment=like.deployment,
        started_at=NOW - HOUR,
        finished_at=NOW - HOUR,
        waited_for=0,
    )
    rows.update(state=Run.State.QUEUED, tries=0, message="", finished_at=None, queued_at=NOW)
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title == "carrier-punctuality failed in staging, being tried again"
    assert (need.text, need.at) == ("Column fare is gone.", NOW - HOUR)
    (trouble,) = waiting.troubles_of([run.team_id], NOW).values()
    assert trouble.words == "Failed in staging, being tried again"

    rows.update(state=Run.State.RUNNING, attempt=2, tries=1)
    assert len(said(mira)) == 1, "its second attempt runs"
    rows.update(state=Run.State.CANCELLED, finished_at=NOW)
    (need,) = waiting.needs_of(mira, NOW)
    assert need.title.endswith("failed in staging, cancelled when it was tried again")
    Acceptance.objects.create(
        run=run, attempt=1, reason="Known.", accepted_by=mira, accepted_at=NOW
    )
    assert said(mira) == [], "someone let that failure stand before"
    Acceptance.objects.all().delete()
    rows.update(state=Run.State.SUCCEEDED)
    assert said(mira) == []
    rows.update(state=Run.State.QUEUED, tries=1, attempt=1)
    assert said(mira) == [], f"attempt {first.number} is one of those that it tries by itself"
