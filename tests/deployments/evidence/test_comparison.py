"""The panel and the API: what a release does beside the one before, and who may read what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from deployments.evidence import queries
from deployments.rollouts.models import Deployment
from observability.changes.models import Change
from observability.comparison import queries as comparisons
from observability.health import queries as health
from observability.health import windows
from pipelines.runs.models import Attempt, Run
from tests.deployments.evidence.conftest import FAILED, GOOD, MINUTE, Compared, log, spans

Program = Callable[..., APIClient]
Browser = Callable[[str], Client]


def api(program: Program, deployment: Deployment, who: str = "mira") -> dict[str, Any]:
    answer = program(who).get(f"/api/v1/deployments/{deployment.number}/comparison/")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_runs_that_fail_since_the_switch(bad_release: Compared, program: Program) -> None:
    found = api(program, bad_release.bad)
    failed = found["runs"]["failed"]
    assert [failed[name] for name in ("bad_before", "before", "bad_after", "after")] == [
        *(0, GOOD, FAILED, GOOD)
    ]
    assert (found["verdict"], failed["confidence"]) == ("worse", "almost surely no chance")
    assert found["sentence"].startswith("12 of 40 runs fail since v2; none of 40 before.")
    assert (found["release"], found["release_before"]) == ("2", "1")
    assert found["seconds"] > 49 * 60  # and it grows, as the release serves on
    assert found["is_open"]


def test_what_it_delivered_and_how_long_it_took(bad_release: Compared, program: Program) -> None:
    found = api(program, bad_release.bad)
    assert found["rows_delivered"] == {"before": GOOD * 7, "after": (GOOD - FAILED) * 7}
    assert (found["deliveries"]["before"], found["deliveries"]["bad_after"]) == (GOOD, 0)
    (query,) = [one for one in found["operations"] if one["name"] == "query"]
    assert query["took"]["verdict"] == "worse"
    assert query["took"]["p50_before"] == pytest.approx(0.5145)
    assert query["took"]["p50_after"] == pytest.approx(2.0145)


def test_what_it_says_for_the_first_time(bad_release: Compared, program: Program) -> None:
    found = api(program, bad_release.bad)
    new = found["templates"][0]
    assert (new["words"], new["fate"], new["is_first"]) == (
        *("no flight counted twice: <*> rows", "new", True),
    )
    assert (new["before"], new["after"], found["rates_of"]) == (0, FAILED, "run")
    assert new["rate_after"] == FAILED / GOOD
    assert "read <*> rows" not in [one["words"] for one in found["templates"]]


def test_examples_lead_to_traces(bad_release: Compared, program: Program) -> None:
    first, slowest, usual = api(program, bad_release.bad)["examples"]
    failing = Run.objects.filter(state="failed").order_by("started_at").first()
    assert failing is not None
    assert (first["run"], first["trace_id"]) == (failing.number, failing.trace_id)
    assert Run.objects.get(number=slowest["run"]).deployment_id == bad_release.bad.pk
    assert Run.objects.get(number=usual["run"]).deployment_id == bad_release.good.pk


def test_a_run_tried_again_counts_on_both_sides(bad_release: Compared, program: Program) -> None:
    """What failed with v2 has still failed with it, though it ended well with v1 afterwards."""
    failed = Attempt.objects.filter(state="failed").select_related("run").first()
    assert failed is not None
    Attempt.objects.create(
        run=failed.run,
        number=2,
        state="succeeded",
        version=failed.version,
        deployment=bad_release.good,
        worker="vm:1",
        started_at=failed.started_at + MINUTE,
        waited_for=0,
    )
    Run.objects.filter(pk=failed.run_id).update(state="succeeded", attempt=2)
    assert api(program, bad_release.bad)["runs"]["failed"]["bad_after"] == FAILED


def test_what_somebody_cancelled_counts_nowhere(bad_release: Compared, program: Program) -> None:
    ids = Attempt.objects.filter(state="failed").values_list("pk", flat=True)[:5]
    Attempt.objects.filter(pk__in=list(ids)).update(state="cancelled")
    failed = api(program, bad_release.bad)["runs"]["failed"]
    assert (failed["bad_after"], failed["after"]) == (FAILED - 5, GOOD - 5)


def test_what_still_runs_is_told(bad_release: Compared, program: Program) -> None:
    ids = Attempt.objects.filter(deployment=bad_release.bad, state="succeeded")[:3]
    Attempt.objects.filter(pk__in=[one.pk for one in ids]).update(state="running", ran_for=None)
    found = api(program, bad_release.bad)
    assert (found["running"], found["running_long"]) == (3, 3)
    assert "3 still run, longer than 95 of 100 did before." in found["sentence"]
    assert found["runs"]["failed"]["after"] == GOOD - 3


def test_the_first_release_has_nothing_beside_it(bad_release: Compared, program: Program) -> None:
    found = api(program, bad_release.good)
    assert (found["verdict"], found["release_before"]) == ("nothing_before", None)


def test_what_never_served_is_refused_in_words(bad_release: Compared, program: Program) -> None:
    Deployment.objects.filter(pk=bad_release.bad.pk).update(live_at=None)
    answer = program("mira").get(f"/api/v1/deployments/{bad_release.bad.number}/comparison/")
    assert answer.status_code == 422
    assert "never began to serve" in answer.json()["detail"]


def test_what_is_logged_is_for_the_team(
    bad_release: Compared, program: Program, browser: Browser
) -> None:
    """Figures are for everybody, words of lines are not: not in the sentence either."""
    found = api(program, bad_release.bad, "hannah")
    assert (found["templates"], found["may_read_lines"]) == ([], False)
    assert "counted twice" not in str(found)
    path = f"/deployments/{bad_release.bad.number}/panels/comparison"
    strange, own = (browser(who).get(path).content.decode() for who in ("hannah", "jonas"))
    assert "no flight counted twice" in own
    assert "no flight counted twice" not in strange
    assert "What it logs is for its team" in strange


def test_who_may_roll_back_is_offered_to_with_this_evidence(
    bad_release: Compared, browser: Browser
) -> None:
    path = f"/deployments/{bad_release.bad.number}/panels/comparison"
    offered = "Roll back with this evidence"
    assert offered in browser("mira").get(path).content.decode()
    assert offered not in browser("jonas").get(path).content.decode()
    old = f"/deployments/{bad_release.good.number}/panels/comparison"
    assert offered not in browser("mira").get(old).content.decode()


def test_what_the_portal_says_of_deploying_is_nothing_that_the_release_says(
    bad_release: Compared, program: Program
) -> None:
    log("step confirm done: v2 has not run in staging yet.", bad_release.switched_at, 1)
    log("step switch fenced off at attempt 2", bad_release.switched_at, 1)
    said = [one["words"] for one in api(program, bad_release.bad)["templates"]]
    assert said
    assert not [words for words in said if words.startswith("step")]


@pytest.mark.parametrize("ago", [5, 300])
def test_where_no_run_has_ended_it_is_too_early_to_compare(
    bad_release: Compared, browser: Browser, ago: int
) -> None:
    switched = timezone.now() - timedelta(seconds=ago)
    Change.objects.filter(release="2").update(live_at=switched)
    path = f"/deployments/{bad_release.bad.number}/panels/comparison"
    shown = browser("mira").get(path).content.decode()
    assert "Too early to compare" in shown
    assert "Roll back with this evidence" not in shown


def test_a_young_release_is_looked_at_again(bad_release: Compared, browser: Browser) -> None:
    path = f"/deployments/{bad_release.bad.number}/panels/comparison"
    first = browser("mira").get(path)
    assert first.status_code == 200
    assert b"still counting" in first.content
    Change.objects.filter(release="2").update(
        live_at=bad_release.switched_at - timedelta(minutes=29)
    )
    assert browser("mira").get(path).status_code == 286


def test_a_service_that_others_deploy_is_compared_by_its_spans(
    bad_release: Compared, program: Program, browser: Browser
) -> None:
    """By the axis of changes alone: nothing here runs it."""
    first, second = _service(bad_release)
    at = bad_release.switched_at
    spans("GET /book", at - MINUTE * 20, 90, seconds=0.1, of="compared-web")
    spans("GET /book", at + MINUTE, 90, seconds=0.1, failed=30, of="compared-web")
    log("card refused", at - MINUTE * 20, 2, 13, component="compared-web")
    log("card refused", at + MINUTE, 80, 13, component="compared-web")
    log("ping", at - MINUTE * 20, 98, component="compared-web")
    log("ping", at + MINUTE, 120, component="compared-web")
    found = program("mira").get(f"/api/v1/changes/{second.pk}/comparison/").json()
    assert found["sentence"].startswith(
        "GET /book: 30 of 90 requests fail since b2c3d4e; none of 90 before."
    )
    assert (found["runs"], found["rates_of"]) == (None, "1,000 requests")
    risen = found["templates"][0]
    assert (risen["fate"], risen["rate_after"]) == ("risen", pytest.approx(80 / 0.09))
    page = browser("mira").get(f"/changes/{second.pk}/comparison")
    assert b"Worse than a1b2c3d" in page.content
    axis = browser("mira").get("/changes/?component=compared-web").content.decode()
    assert f"/changes/{second.pk}/comparison" in axis
    nothing = program("mira").get(f"/api/v1/changes/{first.pk}/comparison/").json()
    assert nothing["verdict"] == "nothing_before"


def test_errors_of_a_service_are_those_that_its_health_counts(bad_release: Compared) -> None:
    """Of requests alone, and of all of them: also of those that are not read one by one."""
    _, second = _service(bad_release)
    at, until = bad_release.switched_at, bad_release.switched_at + MINUTE * 40
    spans("GET /book", at - MINUTE * 39, 900, seconds=0.1, of="compared-web")
    spans("SELECT", at + MINUTE, 90, seconds=1, failed=90, of="compared-web", inside="a" * 16)
    much = comparisons.MOST_SPANS + 200
    spans("GET /book", at + MINUTE * 2, much, seconds=0.1, failed=9, of="compared-web", every=0.5)
    log("card refused", at - MINUTE * 20, 90, 13, component="compared-web")
    log("card refused", at + MINUTE, 84, 13, component="compared-web")
    found = comparisons.compared(second, until)
    (line,) = found.operations
    window = windows.of(at, until, now=until)
    assert second.component is not None
    (counted,) = health.health(second.component, "staging", window).operations
    assert (counted.name, counted.red.n, counted.red.errors) == ("GET /book", much, 9)
    assert (line.name, line.share.after, line.share.bad_after) == ("GET /book", much, 9)
    assert (line.share.before, found.observed, found.is_cut) == (900, (900, much), True)
    assert found.amounts.of == "1,000 requests"
    assert found.amounts.after == pytest.approx(much / 1000, rel=0.06)
    (fallen,) = found.templates
    assert (fallen.words, fallen.fate) == ("card refused", "fallen")


def test_where_no_request_is_told_lines_are_what_is_divided_by(bad_release: Compared) -> None:
    _, second = _service(bad_release)
    at = bad_release.switched_at
    spans("SELECT", at - MINUTE * 20, 9, seconds=1, of="compared-web", inside="a" * 16)
    log("ping", at - MINUTE * 20, 98, component="compared-web")
    log("ping", at + MINUTE, 120, component="compared-web")
    found = comparisons.compared(second, at + MINUTE * 40)
    assert (found.amounts.of, found.observed, found.operations) == ("1,000 lines", (98, 120), [])


def _service(bad_release: Compared) -> tuple[Change, Change]:
    component = bad_release.component
    component.pk, component.name, component.kind = None, "compared-web", "service"
    component.save(force_insert=True)
    at = bad_release.switched_at
    return (
        _outside(component, "a1b2c3d", at - MINUTE * 60),
        _outside(component, "b2c3d4e", at),
    )


def _outside(component: Any, release: str, at: Any) -> Change:
    return Change.objects.create(
        source="github/air",
        external_id=f"deployment:{release}",  # as ours are called, and yet none of them
        kind="deployment",
        component=component,
        environment="staging",
        release=release,
        title=f"{release} → staging",
        started_at=at,
        live_at=at,
        outcome="succeeded",
        actor_name="CI",
    )


def test_as_many_queries_for_many_as_for_few(bad_release: Compared) -> None:
    at = bad_release.switched_at

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.compared(bad_release.bad, at + MINUTE * 45)
        return len(captured)

    few = asked()
    log("another sort of line", at + MINUTE * 2, 300, 17)
    spans("write", at + MINUTE * 2, 300, seconds=1)
    assert asked() == few <= 18
