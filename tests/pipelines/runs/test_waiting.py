"""What about runs waits for a person: folded by component, since when, how often."""

from __future__ import annotations

from datetime import datetime, timedelta

from deployments.environments.models import Environment
from deployments.releases.models import Release
from deployments.rollouts.models import Deployment, Live
from pipelines.acceptances.models import Acceptance
from pipelines.deliveries.models import Delivery
from pipelines.runs import today, waiting
from pipelines.runs.models import Run
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
