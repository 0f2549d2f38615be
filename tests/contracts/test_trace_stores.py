"""What every store of spans promises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from observability.partitions.batches import nanoseconds
from observability.traces.stores.base import SpanLine, TraceStore
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
