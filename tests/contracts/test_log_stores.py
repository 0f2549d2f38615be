"""What every store of log lines promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from observability.logs.stores.base import LogLine, LogStore, Wanted
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
TRACE = "5b8efff798038103d269b633813fc60c"
DAY = Wanted(since=NOW - timedelta(hours=12), until=NOW + timedelta(hours=12))


@pytest.fixture(params=[PostgresLogs])
def store(request: pytest.FixtureRequest) -> LogStore:
    made: LogStore = request.param()
    return made


def line(message: str, at: datetime = NOW, **given: object) -> LogLine:
    return LogLine(
        nanoseconds(at), "checkout", "production", "3", 9, message, '{"user": 7}', "", "", "", ""
    )._replace(**given)  # type: ignore[arg-type]


def messages(store: LogStore, wanted: Wanted = DAY) -> list[str]:
    return [found.message for found in store.search(wanted)]


def test_a_line_comes_back_as_it_was(store: LogStore) -> None:
    text = 'tab\t, newline\n, return\r, backslash \\ \\n, quotes " and ☃'
    sent = line(text, trace_id=TRACE, span_id="eee19b7ec3c1b174", run_id=TRACE)
    store.write([sent])
    [found] = store.search(DAY)
    assert found.message == text
    assert found.at == NOW
    assert (found.component, found.environment, found.version) == ("checkout", "production", "3")
    assert (found.severity, found.attributes) == (9, {"user": 7})
    assert (found.trace_id, found.span_id) == (TRACE, "eee19b7ec3c1b174")
    assert found.run_id.replace("-", "") == TRACE
    assert found.deployment_id == ""


def test_the_newest_come_first_and_pages_leave_nothing_out(store: LogStore) -> None:
    # Several at one instant, across midnight: time alone is no cursor.
    times = [NOW + timedelta(hours=n // 3 * 4) for n in range(9)]
    store.write([line(str(n), at) for n, at in enumerate(times)])
    seen, before = [], None
    while page := store.search(DAY, before=before, most=2):
        seen += [(found.at, found.message) for found in page]
        before = (page[-1].at, page[-1].id)
    assert [at for at, _ in seen] == sorted(times, reverse=True)
    assert {message for _, message in seen} == {str(n) for n in range(9)}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"component": "cart"}, {"b"}),
        ({"environment": "staging"}, {"c"}),
        ({"version": "4"}, {"d"}),
        ({"severity": 13}, {"b", "d"}),
        ({"severity": 17}, {"d"}),
        ({"trace_id": TRACE}, {"e"}),
        ({"run_id": TRACE}, {"f"}),
        ({"deployment_id": TRACE}, {"g"}),
        ({"component": "checkout", "severity": 13}, {"d"}),
        ({"component": "nobody"}, set()),
    ],
)
def test_what_is_given_narrows_it_down(
    store: LogStore, given: dict[str, object], expected: set[str]
) -> None:
    store.write(
        [
            line("a"),
            line("b", component="cart", severity=13),
            line("c", environment="staging"),
            line("d", version="4", severity=17),
            line("e", trace_id=TRACE),
            line("f", run_id=TRACE),
            line("g", deployment_id=TRACE),
        ]
    )
    assert set(messages(store, replace(DAY, **given))) == expected  # type: ignore[arg-type]


def test_the_end_of_a_time_does_not_belong_to_it(store: LogStore) -> None:
    store.write([line("first"), line("last", NOW + timedelta(hours=1))])
    hour = Wanted(since=NOW, until=NOW + timedelta(hours=1))
    assert messages(store, hour) == ["first"]


def test_all_words_must_be_there_and_a_phrase_in_order(store: LogStore) -> None:
    store.write(
        [line("connection to payments refused"), line("payments refused the connection"), line("x")]
    )
    assert len(messages(store, replace(DAY, words=("connection", "refused")))) == 2
    assert messages(store, replace(DAY, words=("payments refused the",))) == [
        "payments refused the connection"
    ]
    assert messages(store, replace(DAY, words=("Refused", "x"))) == []


def test_it_says_when_its_newest_line_was_written(store: LogStore) -> None:
    assert store.newest() is None
    store.write(
        [line("a", NOW - timedelta(days=1)), line("b"), line("c", NOW - timedelta(hours=2))]
    )
    assert store.newest() == NOW


def test_nothing_is_written_by_halves(store: LogStore) -> None:
    with pytest.raises(Exception, match="can't be stored"):
        store.write([line("good"), line("bad", attributes="{no JSON")])
    assert messages(store) == []
