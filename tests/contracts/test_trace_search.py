"""What every store of spans promises to those who look for traces."""

from __future__ import annotations

from datetime import timedelta

import pytest

from observability.partitions.batches import nanoseconds
from observability.traces.stores.base import Amount, TraceStore, Wanted
from observability.traces.stores.postgres import PostgresTraces
from tests.conftest import NOW
from tests.contracts.test_trace_stores import span

pytestmark = pytest.mark.django_db
SECOND = 1_000_000_000
DAY = Wanted(NOW - timedelta(hours=12), NOW + timedelta(hours=12))


@pytest.fixture(params=[PostgresTraces])
def store(request: pytest.FixtureRequest) -> TraceStore:
    made: TraceStore = request.param()
    return made


def tell(store: TraceStore, number: int, **inner: object) -> str:
    """A trace that began so many minutes before NOW: a click, and what the checkout did for it."""
    trace_id = f"{number:032x}"
    began = NOW - timedelta(minutes=number)
    own = {"trace_id": trace_id, "environment": "production"}
    root = span(1, **own, at=nanoseconds(began), component="web", name="POST /pay", duration=SECOND)
    later = nanoseconds(began + timedelta(milliseconds=500))
    within = {"component": "checkout", "name": "charge", "duration": SECOND, "at": later}
    store.write([root, span(2, **own | within | inner)])
    return trace_id


def found(store: TraceStore, **wanted: object) -> list[str]:
    asked = Wanted(DAY.since, DAY.until, **wanted)  # type: ignore[arg-type]
    return [one.trace_id for one in store.search(asked).found]


def test_a_trace_is_found_once_and_summed_up_by_its_spans(store: TraceStore) -> None:
    trace_id = tell(store, 5, is_error=True)
    [one] = store.search(DAY).found
    assert (one.trace_id, one.name, one.component) == (trace_id, "POST /pay", "web")
    assert (one.components, one.spans, one.errors) == (("checkout", "web"), 2, 1)
    assert (one.at, one.duration) == (NOW - timedelta(minutes=5), int(1.5 * SECOND))


def test_it_is_narrowed_down_by_what_happened_inside(store: TraceStore) -> None:
    plain, failed, slow, other = (
        tell(store, 1),
        tell(store, 2, is_error=True),
        tell(store, 3, duration=20 * SECOND),
        tell(store, 4, environment="staging", name="refund"),
    )
    assert found(store) == [plain, failed, slow, other]
    assert found(store, component="checkout") == [plain, failed, slow, other]
    assert found(store, only_errors=True) == [failed]
    assert found(store, component="checkout", only_errors=True) == [failed]
    assert found(store, component="checkout", least=10 * SECOND) == [slow]
    assert found(store, component="checkout", name="refund") == [other]
    assert found(store, component="checkout", environment="staging") == [other]
    assert found(store, name="POST /pay") == [plain, failed, slow, other]
    assert found(store, component="nobody") == []
    assert found(store, least=10 * SECOND) == []  # of the spans that begin a trace


def test_the_end_of_the_time_is_excluded(store: TraceStore) -> None:
    tell(store, 5)
    at = NOW - timedelta(minutes=5)
    assert len(store.search(Wanted(at, at + timedelta(seconds=1))).found) == 1
    assert store.search(Wanted(at - timedelta(hours=1), at)).found == []


def test_pages_hold_each_trace_once_however_its_spans_lie(store: TraceStore) -> None:
    """Spans of long traces lie among those of others, on both sides of a page's end."""
    told = [tell(store, number) for number in range(1, 8)]
    for number in (2, 5):  # their checkout says one more thing, much later than the rest
        store.write(
            [
                span(
                    9,
                    trace_id=f"{number:032x}",
                    component="checkout",
                    at=nanoseconds(NOW - timedelta(seconds=number)),
                )
            ]
        )
    seen: list[str] = []
    before = None
    wanted = Wanted(DAY.since, DAY.until, component="checkout")
    for _ in range(10):
        page = store.search(wanted, before=before, most=2)
        seen += [one.trace_id for one in page.found]
        before = page.older
        if before is None:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == set(told)
    assert seen[:2] == [told[1], told[4]]


def test_amounts_say_what_the_newest_are_of(store: TraceStore) -> None:
    for number in (1, 2):
        tell(store, number)
    assert store.amounts(DAY) == [Amount("web", "production", "POST /pay", 2)]
    wanted = Wanted(DAY.since, DAY.until, component="checkout")
    assert store.amounts(wanted) == [Amount("checkout", "production", "charge", 2)]


def test_spans_are_told_one_by_one_from_either_end_of_a_time(store: TraceStore) -> None:
    trace_ids = [tell(store, number, is_error=number == 3) for number in (3, 2, 1)]
    tell(store, 4, environment="staging")
    wanted = Wanted(
        NOW - timedelta(minutes=3, seconds=30), NOW, component="checkout", environment="production"
    )
    oldest = store.ended(wanted, newest_first=False, most=2)
    assert [one.trace_id for one in oldest] == trace_ids[:2]
    assert [(one.name, one.is_error, one.duration) for one in oldest] == [
        ("charge", True, SECOND),
        ("charge", False, SECOND),
    ]
    newest = store.ended(wanted, newest_first=True, most=5)
    assert [one.trace_id for one in newest] == trace_ids[::-1]
