"""What GitHub sends becomes deployments on the axis, with their commits, whatever comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from observability.changes.models import Change, Commit, Link
from observability.comparison import queries as comparison
from observability.dora import asking, pages
from observability.dora.figures import Metric
from observability.events import operations
from observability.events.kinds.github import signature
from observability.events.models import EventSource, OutsideEvent
from portal.catalog.models import Component
from tests.observability.events.conftest import Send, ago, push, status


def words(answer: Any) -> list[tuple[str, str]]:
    return [(each["state"], each["words"]) for each in answer.json()["events"]]


def test_a_deployment_begins_runs_and_ends_as_one_change(checkout: Component, github: Send) -> None:
    created = ago(30)
    body = status("queued", created, created=created)
    assert github("deployment", {**body, "deployment_status": None}).status_code == 200
    github("deployment_status", status("in_progress", ago(29), created=created))
    answer = github("deployment_status", status("success", done := ago(20), created=created))
    assert words(answer) == [("applied", "aaaaaaa → production")]
    change = Change.objects.get()
    assert (change.component, change.environment) == (checkout, "production")
    assert (change.kind, change.outcome, change.release) == ("deployment", "succeeded", "aaaaaaa")
    assert change.source == "github:our-github"
    assert change.actor_name == "mira-okafor"
    assert (change.started_at.isoformat(), change.finished_at) == (created, change.live_at)
    assert change.live_at is not None
    assert change.live_at.isoformat() == done


@pytest.mark.parametrize(
    ("ref", "release"),
    [
        ("main", "3f9c2ab"),
        ("release/2.4", "3f9c2ab"),
        ("v2", "3f9c2ab"),
        ("3f9c2ab" + "1" * 33, "3f9c2ab"),
        ("v2.4.0", "v2.4.0"),
        ("refs/tags/spring", "spring"),
        ("checkout@1.3.0-rc1", "checkout@1.3.0-rc1"),
    ],
)
def test_a_release_is_called_by_its_tag_or_else_its_commit(
    checkout: Component, github: Send, ref: str, release: str
) -> None:
    github("deployment_status", status("success", ago(5), sha="3f9c2ab" + "1" * 33, ref=ref))
    assert Change.objects.get().release == release


@pytest.mark.parametrize("ref", ["main", "v2.4.0"])
def test_deployments_of_one_branch_or_a_moved_tag_are_compared_each_for_itself(
    checkout: Component, github: Send, ref: str
) -> None:
    for number, minutes in enumerate((90, 60, 30), 1):
        sha = str(number) * 40
        github(
            "deployment_status",
            status("success", ago(minutes), number=number, sha=sha, ref=ref),
        )
    change = Change.objects.get(external_id__endswith="#2")
    found = comparison.compared(comparison.deployment(change.pk), timezone.now()).sides
    assert found.before is not None
    assert found.length == pytest.approx(timedelta(minutes=30), abs=timedelta(seconds=2))
    assert not found.is_open


def test_a_wrong_signature_is_let_in_nowhere_and_said(checkout: Component, github: Send) -> None:
    answer = github("deployment_status", status("success", ago(1)), key="another secret")
    assert answer.status_code == 401
    assert not OutsideEvent.objects.exists()
    assert "X-Hub-Signature-256" in EventSource.objects.get().refused_why


def test_an_unknown_source_is_answered_as_a_wrong_signature_is(
    github: Send, client: Client
) -> None:
    known = github("push", push(), key="wrong")
    unknown = client.post("/events/nobody", b"{}", content_type="application/json")
    assert (unknown.status_code, unknown.json()) == (known.status_code, known.json())


def test_the_same_delivery_again_changes_nothing(checkout: Component, github: Send) -> None:
    body = status("success", ago(5))
    github("deployment_status", body, delivery="one")
    answer = github("deployment_status", body, delivery="one")
    assert words(answer)[0][0] == "known"
    assert OutsideEvent.objects.count() == Change.objects.count() == 1


def test_an_older_status_never_overwrites_a_newer_one(checkout: Component, github: Send) -> None:
    created = ago(30)
    github("deployment_status", status("success", ago(10), created=created))
    github("deployment_status", status("in_progress", ago(29), created=created))
    change = Change.objects.get()
    assert change.outcome == "succeeded"
    assert change.started_at.isoformat() == created


def test_what_fails_after_it_succeeded_failed_while_it_was_live(
    checkout: Component, github: Send
) -> None:
    github("deployment_status", status("failure", ago(5)))
    github("deployment_status", status("success", ago(9)))
    change = Change.objects.get()
    assert (change.outcome, change.live_at is not None) == ("failed", True)


def test_what_failed_before_it_was_live_never_was(checkout: Component, github: Send) -> None:
    github("deployment_status", status("failure", ago(5)))
    assert Change.objects.get().live_at is None


def test_an_inactive_deployment_stays_what_it_was(checkout: Component, github: Send) -> None:
    github("deployment_status", status("success", ago(9)))
    answer = github("deployment_status", status("inactive", ago(5)))
    assert words(answer) == [("noted", "A newer deployment took its place.")]
    assert Change.objects.get().outcome == "succeeded"


@pytest.mark.parametrize("year", [1970, 2100])
def test_a_clock_that_can_not_be_right_is_held_to_ours_and_said(
    checkout: Component, github: Send, year: int
) -> None:
    answer = github("deployment_status", status("success", f"{year}-01-01T00:00:00Z"))
    assert "counted as received" in words(answer)[0][1]
    change, event = Change.objects.get(), OutsideEvent.objects.get()
    assert change.started_at == change.finished_at == event.received_at


def test_pushes_tell_of_commits_whether_they_come_before_or_after(
    checkout: Component, github: Send
) -> None:
    github("push", push(("b1", ago(300)), ("b2", ago(200))))
    github("deployment_status", status("success", ago(150), number=1, sha="b2"))
    github("deployment_status", status("success", ago(50), number=2, sha="c2"))
    assert set(Commit.objects.filter(change__external_id__endswith="#2").values_list("sha")) == {
        ("c2",)
    }
    github("push", push(("c1", ago(120)), ("c2", ago(100))))
    brought = Commit.objects.filter(change__external_id="acme/checkout#2")
    assert {row.sha for row in brought} == {"c1", "c2"}
    assert all(row.committed_at for row in brought)


def test_a_commit_that_is_deployed_twice_counts_the_first_time(
    checkout: Component, github: Send
) -> None:
    github("deployment_status", status("success", ago(900), number=1, sha="a1"))
    github("push", push(("b1", ago(300))))
    github("deployment_status", status("success", ago(240), number=2, sha="b1"))
    github("deployment_status", status("success", ago(30), number=3, sha="b1"))
    report = pages.made(asking.asked({"component": "checkout"}, timezone.now()))
    found = report.headlines[Metric.LEAD_TIME]
    assert found.n == 1
    assert found.value == pytest.approx(3600, abs=2)
    assert report.headlines[Metric.FREQUENCY].n == 3


def test_putting_back_what_was_live_is_a_rollback_in_any_order(
    checkout: Component, github: Send
) -> None:
    bodies = [
        status("success", ago(90), number=1, sha="a" * 40),
        status("success", ago(60), number=2, sha="b" * 40),
        status("success", ago(30), number=3, sha="a" * 40),
    ]
    for body in (bodies[2], bodies[0], bodies[1]):
        github("deployment_status", body)
    link = Link.objects.get()
    assert (link.kind, link.change.kind) == ("reverses", "rollback")
    assert link.change.external_id.endswith("#3")
    assert link.other.external_id.endswith("#2")
    assert not link.change.is_planned
    report = pages.made(asking.asked({"component": "checkout"}, timezone.now()))
    assert report.headlines[Metric.FAIL_RATE].value == pytest.approx(1 / 3)
    assert report.headlines[Metric.RECOVERY].value == pytest.approx(1800, abs=2)


def test_a_hotfix_says_what_it_fixes(checkout: Component, github: Send) -> None:
    github("deployment_status", status("success", ago(60), number=1, sha="a" * 40))
    github(
        "deployment_status",
        status("success", ago(30), number=2, sha="b" * 40, payload={"fixes": "1"}),
    )
    link = Link.objects.get()
    assert (link.kind, link.other.external_id) == ("fixes", "acme/checkout#1")
    assert not link.change.is_planned


def test_bringing_a_commit_that_takes_another_back_is_rework(
    checkout: Component, github: Send
) -> None:
    github("deployment_status", status("success", ago(900), number=1, sha="a1"))
    body = push(("b1", ago(300)))
    body["commits"][0]["message"] = 'Revert "Round up"'
    github("push", body)
    github("deployment_status", status("success", ago(240), number=2, sha="b1"))
    report = pages.made(asking.asked({"component": "checkout"}, timezone.now()))
    assert report.headlines[Metric.REWORK_RATE].value == pytest.approx(1 / 2)


def test_a_workflow_is_a_deployment_once_someone_says_where_it_deploys(
    checkout: Component, github: Send, people: dict[str, Any]
) -> None:
    answer = github("workflow_run", run("completed", conclusion="success"))
    assert words(answer)[0][0] == "noted"
    said_of(people, "environment", "Deploy", "production")
    change = Change.objects.get()
    assert (change.outcome, change.environment) == ("succeeded", "production")
    assert change.commits.get().committed_at is not None


def run(action: str, **more: Any) -> dict[str, Any]:
    return {
        "action": action,
        "workflow_run": {
            "id": 99,
            "name": "Deploy",
            "head_sha": "d" * 40,
            "head_branch": "main",
            "run_started_at": ago(12),
            "updated_at": ago(10),
            "html_url": "https://github.example/acme/checkout/actions/runs/99",
            "head_commit": {"message": "Round up\n\nMore.", "timestamp": ago(60)},
            **more,
        },
        "repository": {"full_name": "acme/checkout"},
    }


def said_of(people: dict[str, Any], what: str, outside: str, inside: str) -> None:

    operations.mean(
        source=EventSource.objects.get(),
        what=what,
        outside=outside,
        inside=inside,
        by=people["ines"],
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("data", "headers", "code"),
    [
        (b"not json", {}, 400),
        (b"[1]", {}, 400),
        (b"{}", {"X-GitHub-Delivery": ""}, 400),
        (b" " * (1024 * 1024 + 1), {}, 413),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
        (b'{"a":' * 60 + b"1" + b"}" * 60, {}, 400),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(
    made: Callable, client: Client, data: bytes, headers: dict[str, str], code: int
) -> None:

    source, secret = made("github")
    given = {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "one",
        "X-Hub-Signature-256": signature(secret, data),
        **headers,
    }
    answer = client.post(
        f"/events/{source.name}", data, content_type="application/json", headers=given
    )
    assert answer.status_code == code, answer.content
    assert answer.json()["detail"]
