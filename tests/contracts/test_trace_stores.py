"""What every store of spans promises."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from observability.partitions.batches import nanoseconds
from observability.traces.stores.base import Scope, SpanLine, TraceStore, Volumes, Wanted
from observability.traces.stores.postgres import PostgresTraces
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
TRACE = "5b8efff798038103d269b633813fc60c"
OTHER = "6b8efff798038103d269b633813fc60c"


@pytest.fixture(params=[PostgresTraces])
def store(request: pytest.FixtureRequest) -> TraceStore:
    made: TraceStore = request.param()
    return made


def span(number: int, **given: object) -> SpanLine:
    return SpanLine(
        at=nanoseconds(NOW + timedelta(seconds=number)),
        duration=1_500_000_123,
        trace_id=TRACE,
        span_id=f"{number:016x}",
        parent_id="" if number == 1 else f"{1:016x}",
        component="checkout",
        environment="production",
        version="3",
        name=f"step\t{number}",
        kind=2,
        is_error=False,
        message="",
        attributes='{"http.response.status_code": 200}',
        events='[{"name": "retry", "attributes": {}}]',
        links="[]",
        run_id="",
        deployment_id="",
    )._replace(**given)  # type: ignore[arg-type]


def test_a_trace_is_all_of_its_spans_by_their_beginning(store: TraceStore) -> None:
    day_before = nanoseconds(NOW - timedelta(days=1))
    store.write([span(3), span(1), span(2), span(9, trace_id=OTHER)])
    store.write([span(4, at=day_before, component="cart", is_error=True, message="refused")])
    found = store.trace(TRACE)
    assert [one.name for one in found] == ["step\t4", "step\t1", "step\t2", "step\t3"]
    assert [one.parent_id for one in found][1:3] == ["", f"{1:016x}"]
    assert (found[0].component, found[0].is_error, found[0].message) == ("cart", True, "refused")
    assert found[1].duration == 1_500_000_123
    assert found[1].attributes == {"http.response.status_code": 200}
    assert found[1].events == [{"name": "retry", "attributes": {}}]


def test_what_is_not_known_is_empty(store: TraceStore) -> None:
    store.write([])
    assert store.trace(TRACE) == []


HOUR = NOW.replace(minute=0, second=0, microsecond=0)


def measured(store: TraceStore, name: str, wide: int = 60, environment: str = "") -> Volumes:
    scope = Scope(name, environment, HOUR, HOUR + timedelta(hours=2))
    return store.volumes(scope, wide=wide)


def worked(of: str, minute: float, took: float, number: int = 1, /, **given: object) -> SpanLine:
    """An entry of this component; `took` in milliseconds."""
    return span(
        number,
        at=nanoseconds(HOUR + timedelta(minutes=minute)),
        duration=int(took * 1e6),
        component=of,
        **({"name": "GET /basket"} | given),
    )


def test_work_is_counted_by_step_and_operation(store: TraceStore) -> None:
    store.write([worked("counted", 1, 10), worked("counted", 1.5, 30, is_error=True)])
    store.write([worked("counted", 7, 50), worked("counted", 61, 10, name="POST /pay")])
    found = measured(store, "counted")
    assert {at.minute: one.spans for at, one in found.steps.items() if at.hour == HOUR.hour} == {
        1: 2,
        7: 1,
    }
    assert {name: (one.spans, one.errors) for name, one in found.operations.items()} == {
        "GET /basket": (3, 1),
        "POST /pay": (1, 0),
    }
    assert found.operations["GET /basket"].nanoseconds == 90_000_000


def test_wide_steps_add_up_to_what_narrow_ones_say(store: TraceStore) -> None:
    store.write([worked("widened", minute, 10 + minute) for minute in range(0, 110, 7)])
    sums = {wide: measured(store, "widened", wide) for wide in (60, 300, 600, 1200, 3600)}
    spans = {wide: sum(one.spans for one in found.steps.values()) for wide, found in sums.items()}
    assert set(spans.values()) == {16}
    assert len(sums[3600].steps) == 2
    buckets = {str(sorted(one.operations["GET /basket"].buckets.items())) for one in sums.values()}
    assert len(buckets) == 1


def test_only_where_work_begins_is_counted(store: TraceStore) -> None:
    """A server, a consumer, a root; not the call of a client or a part of what goes on."""
    store.write(
        [worked("begun", 1, 10, number, kind=kind) for kind, number in ((2, 2), (5, 3))]
        + [worked("begun", 1, 10, number, kind=kind) for kind, number in ((1, 4), (3, 5), (4, 6))]
        + [worked("begun", 1, 10, 1, kind=1)]
    )
    assert measured(store, "begun").operations["GET /basket"].spans == 3


def test_an_environment_is_counted_by_itself(store: TraceStore) -> None:
    store.write([worked("placed", 1, 10), worked("placed", 1, 10, environment="staging")])
    assert measured(store, "placed").operations["GET /basket"].spans == 2
    assert measured(store, "placed", environment="staging").operations["GET /basket"].spans == 1


def test_percentiles_are_also_said_by_the_spans_themselves(store: TraceStore) -> None:
    store.write([worked("exactly", 1, took) for took in range(1, 101)])
    scope = Scope("exactly", "production", HOUR, HOUR + timedelta(hours=1))
    found = store.exact(scope, most=5000)
    assert found[""].spans == found["GET /basket"].spans == 100
    assert found[""].quantiles == (50e6, 95e6, 99e6)


def test_names_without_end_are_counted_together(store: TraceStore) -> None:
    store.write([worked("chatty", 1, 10, name=f"GET /people/{n}") for n in range(300)])
    found = measured(store, "chatty").operations
    assert len(found) == 201
    assert found["(others)"].spans == 100


def statement(number: int, text: str, took: float, service: str = "slipway-web") -> SpanLine:
    said = {"db.query.text": text, "resource": {"service.name": service}}
    at = nanoseconds(NOW + timedelta(seconds=number))
    return span(
        number, at=at, kind=3, name="SELECT", duration=int(took * 1e9), attributes=json.dumps(said)
    )


def test_slow_statements_of_the_portal_are_added_up_by_their_text(store: TraceStore) -> None:
    asked = 'SELECT "a"."b" FROM "a" WHERE "c" = %s'
    store.write([statement(2, asked, 0.2), statement(3, asked, 0.4), statement(4, "SET x", 0.5)])
    store.write([statement(5, "SELECT 1", 9, service="till"), span(6)])
    first, second = store.statements(NOW, NOW + timedelta(minutes=1))
    assert (first.text, first.n, first.p95, first.longest) == (asked, 2, 0.4, 0.4)
    assert (first.short, first.trace_id) == ('SELECT … FROM "a" WHERE "c" = %s', TRACE)
    assert first.span_id == f"{3:016x}"
    assert (second.text, second.total) == ("SET x", 0.5)
    assert store.statements(NOW - timedelta(minutes=1), NOW) == []


def test_a_trace_names_every_environment_that_its_spans_name(store: TraceStore) -> None:
    store.write(
        [
            span(1, environment=""),
            span(2, environment="staging"),
            span(3, environment="production"),
            span(4, environment="staging"),
        ]
    )
    [one] = store.search(Wanted(NOW, NOW + timedelta(hours=1))).found
    assert (one.environments, one.spans) == (("production", "staging"), 4)


def test_where_work_begins_can_be_told_from_what_goes_on_inside(store: TraceStore) -> None:
    inside = {"parent_id": "a" * 16}
    store.write(
        [
            worked("entered", 1, 10, 1, name="root", kind=1),
            worked("entered", 2, 10, 2, name="served", kind=2, **inside),
            worked("entered", 3, 10, 3, name="consumed", kind=5, **inside),
            worked("entered", 4, 10, 4, name="asked", kind=3, **inside),
        ]
    )
    wanted = Wanted(HOUR, HOUR + timedelta(hours=1), component="entered", only_entries=True)
    found = store.ended(wanted, newest_first=False, most=9)
    assert [one.name for one in found] == ["root", "served", "consumed"]
    assert {*measured(store, "entered").operations} == {one.name for one in found}
