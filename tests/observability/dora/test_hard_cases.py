"""The cases in which figures go wrong elsewhere, each as one small history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from observability.dora import judging, totals
from observability.dora.figures import Metric, Per, days_a_week, leads, measure
from observability.dora.history import Commit, Known, Said
from observability.dora.judging import Verdict, judge
from observability.dora.windows import Window
from tests.observability.dora.told import (
    HOUR,
    MONDAY,
    QUARTER,
    at,
    by,
    commit,
    deployed,
    measured,
    verdicts,
)

PLACE = ("carrier-punctuality", "production")


def test_nothing_at_all_has_no_figures_and_no_zeros() -> None:
    found = measured()
    assert {figure.value for figure in found.values()} == {None}
    assert {figure.n for figure in found.values()} == {0}


def test_a_quarter_without_a_deployment_is_a_frequency_of_zero_where_there_was_one_before() -> None:
    found = measured(deployed("long ago", -2000))
    assert (found[Metric.FREQUENCY].value, found[Metric.FREQUENCY].n) == (0.0, 0)
    assert found[Metric.LEAD_TIME].value is None
    assert found[Metric.FAIL_RATE].value is None


def test_the_first_deployment_of_a_place_has_no_lead_time() -> None:
    found = verdicts(
        deployed("first", 10, commits=(commit("a", 0),)),
        deployed("second", 20, commits=(commit("b", 12),)),
    )
    assert (found["first"].is_baseline, found["first"].leads) == (True, [])
    assert (found["second"].is_baseline, found["second"].leads) == (False, [8 * HOUR])


def test_each_place_has_a_first_one() -> None:
    found = verdicts(
        deployed("staging", 10, environment="staging"),
        deployed("production", 20),
        deployed("other", 30, component="airport-weather"),
    )
    assert all(each.is_baseline for each in found.values())


def test_what_was_live_before_the_window_is_remembered() -> None:
    known = Known(places=frozenset({PLACE}), commits=frozenset({(PLACE, "old")}))
    one = deployed("one", 10, commits=(commit("old", -50), commit("new", 4)))
    assert verdicts(one, known=known)["one"].leads == [6 * HOUR]


def test_a_commit_that_is_deployed_twice_counts_the_first_time() -> None:
    known = Known(places=frozenset({PLACE}))
    twice = (commit("a", 0),)
    found = verdicts(
        deployed("first", 5, commits=twice), deployed("again", 50, commits=twice), known=known
    )
    assert (found["first"].leads, found["again"].leads) == ([5 * HOUR], [])


def test_a_commit_of_the_first_deployment_stays_uncounted_when_it_comes_again() -> None:
    found = verdicts(
        deployed("first", 5, commits=(commit("a", 0),)),
        deployed("again", 50, commits=(commit("a", 0),)),
    )
    assert found["again"].leads == []


def test_a_clock_that_was_ahead_counts_as_zero_and_is_said() -> None:
    known = Known(places=frozenset({PLACE}))
    one = deployed("one", 10, commits=(commit("late", 12), commit("fine", 8)))
    found = verdicts(one, known=known)["one"]
    assert (found.leads, found.skewed) == ([0.0, 2 * HOUR], 1)


def test_a_commit_without_a_time_is_said_and_not_guessed() -> None:
    known = Known(places=frozenset({PLACE}))
    found = verdicts(deployed("one", 10, commits=(commit("a", None),)), known=known)["one"]
    assert (found.leads, found.undated) == ([], 1)


def test_what_failed_before_it_was_live_is_no_deployment() -> None:
    never = deployed("never", 10, outcome="failed", live_at=None)
    assert verdicts(never) == {}
    assert measured(never, deployed("one", 20))[Metric.FAIL_RATE].n == 1


def test_what_failed_after_it_was_live_counts_above_and_below_the_line() -> None:
    found = measured(
        deployed("one", 5), deployed("two", 10, outcome="failed"), deployed("three", 12)
    )
    assert (found[Metric.FAIL_RATE].value, found[Metric.FAIL_RATE].n) == (pytest.approx(1 / 3), 3)
    assert found[Metric.RECOVERY].value == 2 * HOUR


def test_a_deployment_that_was_aborted_after_it_was_live_counts() -> None:
    one = deployed("one", 10, outcome="aborted", interventions=(by("back", 13),))
    found = verdicts(one, deployed("back", 13, kind="rollback", mends=True))
    assert found["one"].failed == "rolled back"
    assert found["one"].recovery == 3 * HOUR


def test_a_rollback_says_what_failed_and_how_long_it_took() -> None:
    found = measured(
        deployed("one", 1),
        deployed("two", 10, interventions=(by("back", 10.5),)),
        deployed("back", 10.5, kind="rollback", mends=True),
    )
    assert found[Metric.FAIL_RATE].value == pytest.approx(1 / 3)
    assert found[Metric.REWORK_RATE].value == pytest.approx(1 / 3)
    assert found[Metric.RECOVERY].value == HOUR / 2


def test_a_rollback_of_a_rollback_is_two_failures_each_with_its_own_recovery() -> None:
    found = verdicts(
        deployed("one", 1),
        deployed("two", 10, interventions=(by("back", 11),)),
        deployed("back", 11, kind="rollback", mends=True, interventions=(by("forth", 15),)),
        deployed("forth", 15, kind="rollback", mends=True),
    )
    assert [found[name].recovery for name in ("two", "back")] == [HOUR, 4 * HOUR]
    assert not found["forth"].failed
    assert [found[name].is_rework for name in ("two", "back", "forth")] == [False, True, True]


def test_a_hotfix_is_rework_and_restores_what_it_fixes() -> None:
    found = verdicts(
        deployed("one", 1),
        deployed("wrong", 10, interventions=(by("hotfix", 14, "fixes"),)),
        deployed("hotfix", 14, mends=True),
    )
    assert (found["wrong"].failed, found["wrong"].recovery) == (
        "fixed by another deployment",
        4 * HOUR,
    )
    assert found["hotfix"].is_rework


def test_one_fix_may_restore_two_components() -> None:
    fix = (by("fix", 20, "fixes"),)
    found = verdicts(
        deployed("mine", 10, interventions=fix),
        deployed("theirs", 12, component="airport-weather", interventions=fix),
        deployed("fix", 20, component="airport-weather", mends=True),
    )
    assert [found[name].recovery for name in ("mine", "theirs")] == [10 * HOUR, 8 * HOUR]
    assert {found[name].restored_by for name in ("mine", "theirs")} == {"fix"}


def test_the_first_of_several_that_mend_it_restores_it() -> None:
    found = verdicts(deployed("wrong", 10, interventions=(by("late", 30, "fixes"), by("soon", 11))))
    assert found["wrong"].restored_by == "soon"


def test_a_failure_that_nothing_restored_is_open_and_in_no_median() -> None:
    found = measured(
        deployed("one", 1, interventions=(by("back", 2),)),
        deployed("back", 2, kind="rollback", mends=True),
        deployed("two", 10, said=Said.FAILURE),
    )
    assert found[Metric.RECOVERY].n == 1
    assert found[Metric.RECOVERY].open == 1
    assert found[Metric.RECOVERY].value == HOUR


def test_a_rollback_that_did_not_get_through_leaves_the_failure_open() -> None:
    found = verdicts(deployed("wrong", 10, interventions=(by("back", None),)))
    assert found["wrong"].is_open


def test_a_rollback_that_was_called_off_says_nothing() -> None:
    found = verdicts(deployed("fine", 10, interventions=(by("back", None, off=True),)))
    assert not found["fine"].failed


def test_without_a_link_the_next_one_that_did_not_fail_restored_it() -> None:
    found = verdicts(
        deployed("wrong", 10, said=Said.FAILURE),
        deployed("still wrong", 12, said=Said.FAILURE),
        deployed("elsewhere", 13, environment="staging"),
        deployed("right", 15),
    )
    assert found["wrong"].restored_by == found["still wrong"].restored_by == "right"
    assert found["wrong"].recovery == 5 * HOUR


def test_rejected_content_failed() -> None:
    found = verdicts(deployed("wrong", 10, interventions=(by("judged", None, "caused_by"),)))
    assert found["wrong"].failed == "its content was rejected"


@pytest.mark.parametrize("said", [Said.NOT_A_FAILURE, Said.NOT_CAUSED_BY_A_CHANGE])
def test_a_persons_word_goes_before_the_records(said: Said) -> None:
    one = deployed("one", 10, outcome="failed", interventions=(by("back", 11),), said=said)
    assert not verdicts(one)["one"].failed


def test_a_person_says_what_was_planned() -> None:
    found = verdicts(
        deployed("drill", 10, kind="rollback", mends=True, said=Said.PLANNED),
        deployed("quick", 20, said=Said.UNPLANNED),
    )
    assert [found[name].is_rework for name in ("drill", "quick")] == [False, True]


def test_lead_times_are_counted_by_commit_or_by_deployment() -> None:
    known = Known(places=frozenset({PLACE}))
    one = deployed("one", 10, commits=tuple(commit(str(n), n) for n in (1, 4, 9)))
    found = judge([one], known)
    assert list_of(found, Per.COMMIT) == [9 * HOUR, 6 * HOUR, HOUR]
    assert list_of(found, Per.SLOWEST) == [9 * HOUR]
    assert list_of(found, Per.MIDDLE) == [6 * HOUR]


def list_of(found: list[Verdict], per: Per) -> list[float]:
    return list(leads(totals.of(found), per))


def test_weeks_without_a_deployment_count_in_the_days_of_a_week() -> None:
    one_week = [deployed(str(n), 24 * n + 1) for n in range(5)]
    found = judge([*one_week, deployed("twice", 3)])
    assert days_a_week([each.at for each in found], Window(MONDAY, MONDAY + timedelta(days=7))) == 5
    assert (
        days_a_week([each.at for each in found], Window(MONDAY, MONDAY + timedelta(days=14))) == 2.5
    )
    assert days_a_week([each.at for each in found], QUARTER) == 0
    assert (
        days_a_week([each.at for each in found], Window(MONDAY, MONDAY + timedelta(days=3))) is None
    )


def test_a_commit_ends_at_the_first_delivery_that_nobody_rejected() -> None:
    """v2 was delivered and rejected, so its commit waits for v3; v1 delivers again meanwhile."""
    known = Known(places=frozenset({PLACE}), deliveries={PLACE: {1: at(-9), 3: at(30)}})
    found = verdicts(
        deployed("v2", 10, release="2", commits=(commit("two", 6),)),
        deployed("v3", 28, release="3", commits=(commit("three", 26),)),
        deployed("v4", 40, release="4", commits=(commit("four", 39),)),
        known=known,
    )
    assert found["v2"].deliveries == [24 * HOUR]
    assert found["v3"].deliveries == [4 * HOUR]
    assert (found["v4"].deliveries, found["v4"].undelivered) == ([], 1)


def test_what_delivers_to_nobody_has_no_time_to_a_client() -> None:
    found = measure(
        judge([deployed("one", 10, commits=(commit("a", 1),))], Known(places=frozenset({PLACE}))),
        QUARTER,
        has_begun=True,
    )
    assert (found[Metric.DELIVERY].value, found[Metric.DELIVERY].open) == (None, 0)


REVERT = Commit("r", None, is_revert=True)


def test_what_brings_a_revert_is_rework_once_and_not_where_it_began() -> None:
    found = verdicts(
        deployed("first", 1, commits=(Commit("old", None, is_revert=True),)),
        deployed("planned", 10, commits=(commit("a", 8),)),
        deployed("undone", 14, commits=(commit("a", 8), REVERT)),
        deployed("again", 20, commits=(REVERT,)),
        deployed("drill", 30, commits=(Commit("r2", None, is_revert=True),), said=Said.PLANNED),
    )
    assert [name for name, each in found.items() if each.is_rework] == ["undone"]


@pytest.mark.parametrize(
    ("message", "is_revert"),
    [
        ('Revert "Round up"', True),
        ('Revert "Round up" (#12)\n\nMore.', True),
        ("Round down again\n\nThis reverts commit 3f9c2ab.", True),
        ("revert(billing)!: round up", True),
        ('Revert "Revert "Round up""', False),
        ('Reapply "Round up"\n\nThis reverts commit 3f9c2ab.', False),
        ("Reverting is fast now", False),
        ("Show what a revert did", False),
        ("", False),
    ],
)
def test_a_revert_is_known_by_its_title_or_by_what_git_writes(
    message: str, is_revert: bool
) -> None:
    assert judging.is_revert(message) is is_revert
