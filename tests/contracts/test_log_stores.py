"""What every store of log lines promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from observability.logs.stores.base import LogLine, LogStore, Wanted
from observability.logs.stores.postgres import PostgresLogs
from observability.logs.wanting import Condition, What
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


def condition(what: What, name: str, *values: str, is_not: bool = False) -> Wanted:
    return replace(DAY, conditions=(Condition(what, name, values, is_not),))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (condition(What.LEVEL, "severity", "info"), {"a", "c"}),
        (condition(What.LEVEL, "severity", "warn+"), {"b", "d"}),
        (condition(What.LEVEL, "severity", "debug", "error"), {"d"}),
        (condition(What.LEVEL, "severity", "info", is_not=True), {"b", "d"}),
        (condition(What.COLUMN, "component", "cart", "till"), {"b", "c"}),
        (condition(What.COLUMN, "component", "cart", is_not=True), {"a", "c", "d"}),
        (condition(What.COLUMN, "trace_id", TRACE, is_not=True), {"b", "c", "d"}),
        (condition(What.ATTRIBUTE, "client", "acme"), {"c"}),
        (condition(What.ATTRIBUTE, "client", "acme", is_not=True), {"a", "b", "d"}),
        (condition(What.ATTRIBUTE, "host", "h1"), {"d"}),
        (condition(What.ATTRIBUTE, "user", "7"), {"a", "b"}),
        (condition(What.WORD, "", "c", is_not=True), {"a", "b", "d"}),
        (replace(DAY, hidden=("checkout",)), {"b", "c"}),
    ],
)
def test_conditions_hold_and_what_is_left_out_is_not_there(
    store: LogStore, wanted: Wanted, expected: set[str]
) -> None:
    store.write(
        [
            line("a", trace_id=TRACE),
            line("b", component="cart", severity=13),
            line("c", component="till", attributes='{"client": "acme"}'),
            line("d", severity=17, attributes='{"resource": {"host": "h1"}}'),
        ]
    )
    assert set(messages(store, wanted)) == expected


@pytest.mark.parametrize(
    ("message", "word", "is_found"),
    [
        ("GET /healthz took 3ms", "healthz", True),
        ("read flights.parquet: 7 rows", "flights", True),
        ("409 from globex-hook: no", "globex-hook", True),
        ("status=409 user@example.com", "409", True),
        ("delivery refused", "refus*", True),
        ("delivery refused", "refus", False),
        ("delivery refused", "*", False),
    ],
)
def test_signs_part_words(store: LogStore, message: str, word: str, *, is_found: bool) -> None:
    store.write([line(message)])
    assert bool(messages(store, replace(DAY, words=(word,)))) is is_found


def test_neighbours_and_what_is_stored_later_are_found_from_a_line(store: LogStore) -> None:
    store.write([line(str(n), NOW + timedelta(seconds=n)) for n in range(5)])
    middle = next(found for found in store.search(DAY) if found.message == "2")
    here = (middle.at, middle.id)
    assert [found.message for found in store.following(DAY, after=here)] == ["3", "4"]
    assert [found.message for found in store.search(DAY, before=here)] == ["1", "0"]
    assert store.one(here) == middle
    assert store.one((NOW, middle.id)) is None
    newest = store.search(DAY)[0]
    store.write([line("late", NOW), line("new", NOW + timedelta(minutes=1))])
    after = store.stored_since(DAY, after=(newest.at, newest.id))
    assert [found.message for found in after] == ["new", "late"]


@pytest.mark.parametrize("step", [30, 60, 3600])
@pytest.mark.parametrize("words", [(), ("x",)])
def test_a_histogram_counts_every_line_once(
    store: LogStore, step: int, words: tuple[str, ...]
) -> None:
    times = [NOW + timedelta(seconds=25 * n) for n in range(12)]
    store.write([line("x", at, severity=17 if n % 3 else 9) for n, at in enumerate(times)])
    store.write([line("x", component="cart")])
    wanted = replace(DAY, component="checkout", words=words)
    bars = store.histogram(wanted, step=step)
    assert sum(bar.lines for bar in bars) == 12
    assert sum(bar.lines for bar in bars if bar.severity == 17) == 8
    assert all(bar.at.timestamp() % step == 0 for bar in bars)
    errors = replace(wanted, conditions=(Condition(What.LEVEL, "severity", ("error+",)),))
    assert sum(bar.lines for bar in store.histogram(errors, step=step)) == 8


def test_values_are_counted_the_most_frequent_first(store: LogStore) -> None:
    store.write([line(f"took {n} ms") for n in range(3)] + [line("b", component="cart")])
    counted = store.counted(DAY)
    assert (counted.of, counted.is_all) == (4, True)
    assert counted.values["component"] == [("checkout", 3), ("cart", 1)]
    assert counted.values["level"] == [("info", 4)]
    assert [number for _, number in counted.values["pattern"]] == [3, 1]
