"""Announcing the end of a component: the day, what to use instead, and who is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipelines.deliveries.models import Delivery
from pipelines.execution import operations as execution
from pipelines.runs import operations as runs
from portal.accounts.models import Team, User
from portal.catalog import consumers
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.claims import operations as claims
from portal.errors import Refused
from portal.golden_paths import operations
from portal.golden_paths.models import PathRun
from portal.notifications.models import Event
from tests.conftest import NOW
from tests.observability.servicemap import sent
from tests.pipelines.factories import House, staged
from tests.pipelines.golden_paths.conftest import Drive

SUNSET = (NOW + timedelta(days=90)).date()


@pytest.fixture(autouse=True)
def registered(house: House, paths: None) -> None:
    house.live(now=NOW)


def start(house: House, **more: Any) -> PathRun:
    return operations.start(
        path="deprecate-component",
        answers={
            "component": "carrier-punctuality",
            "sunset_on": SUNSET.isoformat(),
            "text": "The source ends.",
            **more,
        },
        by=house.owner,
        now=NOW,
        is_dry_run=False,
    )


def register(name: str, team: Team, by: User) -> Component:
    return catalog.register(name=name, team=team, kind="service", by=by, now=NOW)


def called(name: str, *, by: str) -> None:
    """As spans of both tell it."""
    sent.begin()
    sent.arrived([sent.span(by, sent.CLIENT, 1), sent.span(name, sent.SERVER, 2, 1)])


def test_it_has_an_end_and_everyone_who_uses_it_is_told(
    house: House, drive: Drive, people: dict[str, User], finance_data: Team
) -> None:
    register("punctuality", house.team, house.owner)
    register("invoices", finance_data, people["hannah"])
    called("carrier-punctuality", by="invoices")
    Event.objects.all().delete()
    run = drive(start(house, replacement="punctuality"))
    assert run.state == PathRun.State.DONE, run.message
    component = house.component()
    assert (component.lifecycle, component.sunset_on) == ("deprecated", SUNSET)
    assert component.replacement is not None
    assert component.replacement.name == "punctuality"
    said = run.steps.get(name="tell")
    assert said.message == (
        "2 consumers: acme-travel (declared) and invoices (seen). "
        "Told: airline-data and finance-data."
    )
    events = {event.team.name: event for event in Event.objects.all() if event.team}
    assert events.keys() == {"airline-data", "finance-data"}
    assert "Use punctuality instead. The source ends." in events["finance-data"].text
    assert events["finance-data"].subject == f"carrier-punctuality ends on {SUNSET}"
    assert [events["airline-data"].component, events["finance-data"].component] == [
        component,
        None,
    ]


def test_whoever_was_seen_to_call_it_uses_it_and_nobody_can_not_be_told(
    house: House, drive: Drive
) -> None:
    name = "carrier-punctuality"
    claims.observe(names=["till"], now=NOW)
    called(name, by="till")
    called("till", by=name)  # what it calls itself is no consumer of it
    (seen,) = [one for one in consumers.of(house.component()) if one.kind == "component"]
    assert (seen.name, seen.how, seen.url) == ("till", "seen", "/components/till/")
    assert seen.seen_at is not None
    run = drive(start(house))
    said = run.steps.get(name="tell").message
    assert "till (seen). Nobody owns till: whoever runs it has to be told by you." in said
    assert "Told: airline-data." in said


def test_a_client_that_was_sent_something_is_seen(house: House) -> None:
    run = runs.start(
        transformation=house.component().transformation,
        environment=house.environment,
        parameters={},
        by=house.developer,
        now=NOW,
    )
    claim = execution.claim(run_id=str(run.pk), worker="test", now=NOW)
    assert claim is not None
    execution.succeed(claim=claim, outcome=staged(claim), now=NOW)
    Delivery.objects.update(state=Delivery.State.DELIVERED, delivered_at=NOW)
    (found,) = consumers.of(house.component())
    assert (found.kind, found.name, found.how) == ("client", "acme-travel", "declared and seen")
    assert found.seen_at == NOW


def test_undoing_restores_it_and_says_so(house: House, drive: Drive) -> None:
    run = drive(start(house))
    Event.objects.all().delete()
    run = drive(operations.undo(run=run, by=house.owner, now=NOW, reason="It stays."))
    assert run.state == PathRun.State.UNDONE
    component = house.component()
    assert (component.lifecycle, component.sunset_on, component.replacement) == (
        "experimental",
        None,
        None,
    )
    assert Event.objects.get().subject == "carrier-punctuality stays after all"


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"sunset_on": NOW.date().isoformat()}, "sunset_on", "Choose a day to come"),
        ({"sunset_on": "soon"}, "sunset_on", "Write a day such as"),
        ({"replacement": "carrier-punctuality"}, "replacement", "can't replace itself"),
        ({"replacement": "nothing"}, "replacement", "There is no component called"),
        ({"component": "nothing"}, "component", "There is no component called"),
    ],
)
def test_what_would_be_refused_is_said_beforehand(
    house: House, more: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        start(house, **more)
    assert refused.value.field == f"answers.{field}"
    assert words in refused.value.message


def test_only_maintainers_of_its_team_may(house: House, people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="You may not deprecate this component"):
        operations.start(
            path="deprecate-component",
            answers={"component": "carrier-punctuality", "sunset_on": SUNSET.isoformat()},
            by=people["hannah"],
            now=NOW,
            is_dry_run=False,
        )


def test_twice_is_refused(house: House, drive: Drive) -> None:
    drive(start(house))
    with pytest.raises(Refused, match="is deprecated already"):
        start(house)
