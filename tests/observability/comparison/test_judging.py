"""What is called worse, better, the same, or too little: never by a difference alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from observability.comparison import judging
from observability.comparison.base import Half, Seen, Totals, Work
from observability.comparison.comparing import Comparison, compared
from observability.comparison.judging import Amounts, Counted, Fate, Verdict
from observability.comparison.windows import Side, Sides
from observability.comparison.wording import news, sentence
from tests.conftest import NOW

HOUR = timedelta(hours=1)
RUNS = Amounts(50, 50, "run")


def runs(good: int, bad: int, seconds: float = 2.0, *, later: bool = False) -> list[Seen]:
    at = NOW + (HOUR / 2 if later else -HOUR / 2)
    return [
        Seen(
            at + timedelta(seconds=n),
            "run",
            None if n < bad else seconds + n / 100,
            is_bad=n < bad,
            trace_id=f"{n:032x}",
            number=n + (1000 if later else 1),
        )
        for n in range(good + bad)
    ]


def line(words: str, before: int, after: int, level: int = 17, first: int = -900) -> Counted:
    return Counted(f"id-{words}", words, level, NOW + timedelta(minutes=first), before, after)


def put_together(
    before: list[Seen], after: list[Seen], *lines: Counted, is_first: bool = False
) -> Comparison:
    sides = Sides(
        None if is_first else Side(NOW - HOUR, NOW, "2", ()),
        Side(NOW, NOW + HOUR, "3", ()),
        is_open=False,
    )
    work = Work(Half(before), Half(after))
    return compared("punctuality", "production", sides, work, Work(Half(), Half()), lines)


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ((0, 52, 8, 40), Verdict.WORSE),
        ((20, 40, 1, 40), Verdict.BETTER),
        ((2, 50, 3, 50), Verdict.SAME),
        ((0, 3, 3, 3), Verdict.TOO_LITTLE),
        ((0, 0, 9, 9), Verdict.TOO_LITTLE),
        ((0, 4, 4, 4), Verdict.WORSE),
        ((500_000, 1_000_000, 505_000, 1_000_000), Verdict.SAME),  # sure, and too small to matter
        ((0, 1_000_000, 50, 1_000_000), Verdict.SAME),
        ((10_000, 1_000_000, 20_000, 1_000_000), Verdict.WORSE),
    ],
)
def test_a_share_needs_enough_behind_it(
    numbers: tuple[int, int, int, int], verdict: Verdict
) -> None:
    assert judging.share(*numbers).verdict is verdict


def test_longer_by_little_is_no_difference_however_sure() -> None:
    before = [1 + n / 1000 for n in range(100)]
    found = judging.lasting(before, [value * 1.12 for value in before])
    assert found.probability < 0.001
    assert found.verdict is Verdict.SAME
    assert judging.lasting(before, [value * 1.5 for value in before]).verdict is Verdict.WORSE


def test_no_data_is_never_zero() -> None:
    found = judging.lasting([], [])
    assert (found.p50_before, found.p95_after, found.verdict) == (None, None, Verdict.TOO_LITTLE)


def test_what_was_never_said_before_is_new_by_itself() -> None:
    (found,) = judging.templates([line("disk is full", 0, 1, first=1)], RUNS, NOW)
    assert (found.fate, found.is_first, found.is_sure) == (Fate.NEW, True, False)


def test_what_was_said_long_ago_is_new_where_it_is_a_warning() -> None:
    once = [line("slow", 0, 1, level=13), line("done", 0, 1, level=9)]
    assert [one.words for one in judging.templates(once, RUNS, NOW)] == ["slow"]


@pytest.mark.parametrize(
    ("before", "after", "fate"),
    [(4, 40, Fate.RISEN), (40, 4, Fate.FALLEN), (40, 0, Fate.GONE), (0, 40, Fate.NEW)],
)
def test_fates_are_by_rates(before: int, after: int, fate: Fate) -> None:
    (found,) = judging.templates([line("one", before, after)], RUNS, NOW)
    assert found.fate is fate
    assert found.rate_after == after / 50


def test_a_busier_time_is_no_rise() -> None:
    amounts = Amounts(10, 100, "run")
    assert judging.templates([line("one", 10, 100)], amounts, NOW) == []


def test_of_many_templates_more_is_asked() -> None:
    """Seven lines after none: alone that is news, among three hundred there is always one."""
    one = line("one", 0, 7, level=9)
    assert judging.templates([one], RUNS, NOW)
    others = [line(f"steady {n}", 9, 9, level=9) for n in range(300)]
    assert judging.templates([one, *others], RUNS, NOW) == []


def test_errors_never_seen_come_first_and_steady_ones_not_at_all() -> None:
    rows = [
        line("gone", 40, 0),
        line("steady", 30, 30),
        line("more warnings", 4, 60, level=13),
        line("never before", 0, 3, first=1),
        line("more often", 3, 90),
        line("new words", 0, 90, level=9, first=1),
    ]
    found = [one.words for one in judging.templates(rows, RUNS, NOW)]
    assert found == ["never before", "more often", "more warnings", "gone", "new words"]


def test_the_sentence_of_a_bad_release() -> None:
    new = line("no flight lost", 0, 12, first=1)
    found = put_together(runs(52, 0), runs(28, 12, later=True), new)
    assert found.verdict is Verdict.WORSE
    assert sentence(found) == (
        "12 of 40 runs fail since v3; none of 52 before. 1 warning or error was never seen before."
    )
    assert news(found) == "New or more often: “no flight lost”."
    assert [one.why for one in found.examples] == [
        "the first that failed",
        "the slowest",
        "a usual one before",
    ]


def test_one_failure_among_few_is_too_little_and_said_so() -> None:
    found = put_together(runs(6, 0), runs(0, 1, later=True))
    assert found.verdict is Verdict.TOO_LITTLE
    assert sentence(found) == "1 of 1 run fails since v3; none of 6 before. Too little to judge."


def test_a_new_error_among_few_runs_is_to_be_looked_at() -> None:
    found = put_together(runs(6, 0), runs(0, 1, later=True), line("new", 0, 1, first=1))
    assert found.verdict is Verdict.LOOK


def hung(times: int, seconds: float) -> list[Seen]:
    return [Seen(NOW, "run", seconds, is_bad=False, trace_id="") for _ in range(times)]


def beside(before: list[Seen], after: list[Seen], running: list[Seen]) -> Comparison:
    sides = Sides(Side(NOW - HOUR, NOW, "2", ()), Side(NOW, NOW + HOUR, "3", ()), is_open=True)
    work = Work(Half(before), Half(after, running=running))
    return compared("punctuality", "production", sides, work, Work(Half(), Half()), [])


def test_a_release_is_not_better_because_what_is_slow_hangs() -> None:
    before, after = runs(20, 20), runs(40, 0, later=True)
    assert beside(before, after, []).verdict is Verdict.BETTER
    assert beside(before, after, hung(2, 1.0)).verdict is Verdict.BETTER
    found = beside(before, after, hung(2, 600.0))
    assert found.verdict is Verdict.LOOK
    assert "2 still run, longer than 95 of 100 did before." in sentence(found)


def test_what_only_hangs_takes_longer() -> None:
    found = beside(runs(40, 0), runs(4, 0, later=True), [*hung(30, 600.0), *hung(1, 1.0)])
    assert found.verdict is Verdict.WORSE
    assert (found.running, found.running_long) == (31, 30)
    assert "31 still run, 30 of them longer than 95 of 100 did before." in sentence(found)
    assert found.runs is not None
    assert found.runs.share.after == 4


def test_lines_that_were_not_all_counted_are_said() -> None:
    sides = Sides(Side(NOW - HOUR, NOW, "2", ()), Side(NOW, NOW + HOUR, "3", ()), is_open=False)
    nothing = Work(Half(), Half())
    said = [
        compared("web", "production", sides, None, nothing, [line("a", 1, 1)], lines_cut=cut).is_cut
        for cut in (True, False)
    ]
    assert said == [True, False]


def test_nothing_before_the_first_release() -> None:
    found = put_together([], runs(3, 0, later=True), is_first=True)
    assert found.verdict is Verdict.NOTHING_BEFORE
    assert "first release" in sentence(found)


def test_what_takes_longer_is_said_with_both_times() -> None:
    found = put_together(runs(30, 0), runs(30, 0, seconds=4.0, later=True))
    assert found.verdict is Verdict.WORSE
    assert "takes 4.1 s instead of 2.1 s" in sentence(found)


def test_of_a_service_operations_are_compared_by_name() -> None:
    sides = Sides(Side(NOW - HOUR, NOW, "2", ()), Side(NOW, NOW + HOUR, "3", ()), is_open=False)

    def spans(name: str, good: int, bad: int) -> list[Seen]:
        return [
            Seen(NOW, name, 0.1, is_bad=n < bad, trace_id=f"{n:032x}") for n in range(good + bad)
        ]

    before = Half(spans("GET /a", 90, 0) + spans("GET /b", 90, 9))
    after = Half(spans("GET /a", 60, 30) + spans("GET /b", 90, 9))
    found = compared("web", "production", sides, None, Work(before, after), [])
    assert [one.name for one in found.operations] == ["GET /a", "GET /b"]
    assert sentence(found) == "GET /a: 30 of 90 requests fail since v3; none of 90 before."
    assert found.runs is None


def test_errors_are_those_of_all_requests_where_not_all_are_read() -> None:
    read = [Seen(NOW, "GET /", 0.1, is_bad=n < 5, trace_id="") for n in range(10)]
    before = Half(read, is_cut=True, totals=Totals({"GET /": (10_000, 20)}, 1.0))
    after = Half(read, is_cut=True, totals=Totals({"GET /": (9_000, 90), "GET /b": (9, 0)}, 0.9))
    sides = Sides(Side(NOW - HOUR, NOW, "2", ()), Side(NOW, NOW + HOUR, "3", ()), is_open=False)
    found = compared("web", "production", sides, None, Work(before, after), [])
    first, second = found.operations
    assert (first.share.bad_before, first.share.bad_after, second.share.after) == (20, 90, 9)
    assert found.verdict is Verdict.WORSE
    assert (found.amounts.before, found.amounts.after) == (10, pytest.approx(9_009 / 900))


OPERATIONS = 50


def by_chance(random: Random) -> list[Seen]:
    """What fifty operations did: a tenth fails, and most of it is short, some of it long."""
    return [
        Seen(NOW, f"GET /{name}", random.lognormvariate(0, 1), random.random() < 0.1, "")
        for name in range(OPERATIONS)
        for _ in range(random.randrange(5, 40))
    ]


def of_a_service(before: list[Seen], after: list[Seen]) -> Comparison:
    sides = Sides(Side(NOW - HOUR, NOW, "2", ()), Side(NOW, NOW + HOUR, "3", ()), is_open=False)
    return compared("web", "production", sides, None, Work(Half(before), Half(after)), [])


def test_of_many_operations_that_are_alike_hardly_ever_one_is_worse() -> None:
    random = Random(4)
    found = [of_a_service(by_chance(random), by_chance(random)).verdict for _ in range(100)]
    assert found.count(Verdict.WORSE) + found.count(Verdict.BETTER) <= 10


@given(some.integers(0, 10_000), some.integers(0, OPERATIONS - 1))
def test_the_one_of_many_that_is_worse_is_found(seed: int, bad: int) -> None:
    random = Random(seed)
    before = [*by_chance(random), *(Seen(NOW, f"GET /{bad}", 1.0, False, "") for _ in range(60))]
    after = [*by_chance(random), *(Seen(NOW, f"GET /{bad}", 1.0, True, "") for _ in range(60))]
    found = of_a_service(before, after)
    assert found.verdict is Verdict.WORSE
    assert found.operations[0].name == f"GET /{bad}"


def test_operations_in_which_nothing_can_differ_cost_nothing() -> None:
    """Of a thousand that ran once each only the one that can be tested is."""
    rare = [Seen(NOW, f"job {n}", 1.0, False, "") for n in range(1000)]
    good, bad = ([Seen(NOW, "GET /", None, is_bad, "")] * 5 for is_bad in (False, True))
    assert of_a_service([*rare, *good], [*rare, *bad]).verdict is Verdict.WORSE


def test_every_verdict_has_a_shape_of_its_own_but_for_what_is_well() -> None:
    looks = [verdict.icon for verdict in Verdict if verdict.tone != "good"]
    assert len(set(looks)) == len(looks)
