"""In whatever order events come, and how often: the axis ends up the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from observability.changes.models import Change, Link
from observability.events import operations
from observability.events.kinds import KINDS
from observability.events.kinds.base import Envelope
from observability.events.models import EventSource
from observability.events.reports import Heard, Report, Said, course
from portal.catalog.models import Component
from tests.conftest import NOW
from tests.observability.events.conftest import status

PATIENT = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
MINUTES = some.integers(-600, 0)


@some.composite
def heard(draw: some.DrawFn) -> Heard:
    said_at = NOW + timedelta(minutes=draw(MINUTES))
    return Heard(
        Report(
            key="1",
            subject="checkout",
            place="production",
            said=draw(some.sampled_from(Said)),
            said_at=said_at,
            sha=draw(some.sampled_from(["", "abc"])),
            mends=draw(some.sampled_from(["", "last"])),
        ),
        NOW,
    )


@PATIENT
@given(some.lists(heard(), min_size=1, max_size=6), some.randoms())
def test_a_course_is_the_same_in_any_order_and_with_repetitions(
    rows: list[Heard], chance: Any
) -> None:
    again = [*rows, *chance.choices(rows, k=2)]
    chance.shuffle(again)
    assert course(again) == course(rows)


@PATIENT
@given(some.lists(heard(), min_size=1, max_size=6))
def test_a_course_ends_as_its_newest_event_says_and_never_before_it_began(
    rows: list[Heard],
) -> None:
    found = course(rows)
    newest = max(each.report.said_at for each in rows)
    assert found.said in {each.report.said for each in rows if each.report.said_at == newest}
    for at in (found.finished_at, found.live_at):
        assert at is None or found.started_at <= at <= NOW


STATES = ("queued", "in_progress", "success", "failure", "inactive")
SHAS = tuple(letter * 40 for letter in "abc")


@some.composite
def told(draw: some.DrawFn) -> dict[str, Any]:
    number = draw(some.integers(1, 4))
    return status(
        draw(some.sampled_from(STATES)),
        NOW + timedelta(minutes=draw(MINUTES)),
        number=number,
        sha=SHAS[number % 3],
        created=(NOW - timedelta(minutes=700 - number)).isoformat(),
        payload={"fixes": "1"} if number == 3 else {},
    )


@settings(PATIENT, max_examples=12)
@given(some.lists(told(), min_size=1, max_size=8, unique_by=json.dumps), some.randoms())
def test_the_axis_is_the_same_in_any_order_and_with_repetitions(
    checkout: Component, source: EventSource, bodies: list[dict[str, Any]], chance: Any
) -> None:
    envelopes = [
        Envelope(str(number), "deployment_status", body) for number, body in enumerate(bodies)
    ]
    again = [*envelopes, *chance.choices(envelopes, k=2)]
    chance.shuffle(again)
    assert left_by(source, again) == left_by(source, envelopes)


def left_by(source: EventSource, envelopes: Sequence[Envelope]) -> Any:
    """What stands on the axis afterwards; undone."""
    with transaction.atomic():
        for envelope in envelopes:
            operations.receive(source=source, envelopes=[envelope], now=NOW)
        columns = ("external_id", "kind", "outcome", "started_at", "finished_at", "live_at")
        changes = sorted(Change.objects.values_list(*columns, "is_planned", "release"), key=str)
        links = sorted(
            Link.objects.values_list("change__external_id", "other__external_id", "kind")
        )
        transaction.set_rollback(True)
    return changes, links


@pytest.fixture
def source(made: Any) -> EventSource:
    return made("github")[0]


def test_every_kind_reads_its_own_sample() -> None:
    for kind in KINDS.values():
        post = kind.sample("a secret", NOW)
        assert kind.is_from(post, "a secret")
        assert not kind.is_from(post, "another")
        read = kind.read(kind.opened(post)[0], NOW)
        assert isinstance(read, Report)
        assert read.said_at <= NOW
