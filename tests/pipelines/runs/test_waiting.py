"""What about runs waits for a person: folded by component, since when, how often."""

from __future__ import annotations

from datetime import datetime, timedelta

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
