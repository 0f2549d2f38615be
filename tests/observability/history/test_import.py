"""The past of a real repository on the axis: by tags, merges and commits, as often as one likes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.changes import operations as changes
from observability.changes.models import Change, Commit
from observability.dora import asking, pages
from observability.dora.figures import Metric
from observability.events.models import KnownCommit
from observability.history import operations
from observability.history.models import HistoryImport
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.errors import NotAllowed, Refused
from tests.observability.history.conftest import BEGIN, Git


def imported(component: Component, where: object, how: str = "tags", **more: Any) -> HistoryImport:
    """As the command does it: asked for and worked on at once."""
    asked = operations.ask(
        component=component,
        environment="production",
        repository=str(where),
        how=how,
        by=None,
        now=timezone.now(),
        **more,
    )
    operations.work(import_id=str(asked.pk), clock=timezone.now)
    asked.refresh_from_db()
    return asked


def told() -> list[tuple[str, float, list[str]]]:
    """Version, hours after the beginning, and the commits that came with it."""
    return [
        (
            row.release,
            (row.started_at - BEGIN).total_seconds() / 3600,
            sorted(row.commits.values_list("message", flat=True)),
        )
        for row in Change.objects.order_by("started_at")
    ]


def test_each_tag_is_a_deployment_with_its_commits(checkout: Component, repository: Path) -> None:
    done = imported(checkout, repository, pattern="v*")
    assert (done.state, done.deployments) == ("succeeded", 3), done.message
    assert done.message == "5 commits read, 3 deployments found, 3 of them new."
    assert told() == [
        ("v1", 0, ["Begin"]),
        ("v2", 20, ["Rebased", "Round"]),
        ("v3", 40, ["Merge it", "On a branch"]),
    ]
    assert {row.actor_name for row in Change.objects.all()} == {"Mira Okafor"}


def test_a_rebased_commit_keeps_both_times_and_counts_from_when_it_was_committed(
    checkout: Component, repository: Path
) -> None:
    imported(checkout, repository, pattern="v*")
    row = Commit.objects.get(message="Rebased")
    assert row.authored_at == BEGIN - timedelta(hours=700)
    assert row.committed_at == BEGIN + timedelta(hours=11)
    given = {"component": "checkout", "since": "2026-05-01", "until": "2026-07-01"}
    report = pages.made(asking.asked(given, timezone.now()))
    lead = report.headlines[Metric.LEAD_TIME]
    assert (lead.n, lead.value) == (4, pytest.approx(9.5 * 3600))
    assert report.headlines[Metric.FREQUENCY].n == 3


def test_doing_it_again_adds_what_is_new_and_nothing_else(
    checkout: Component, repository: Path, git: Git
) -> None:
    imported(checkout, repository, pattern="v*")
    before = told()
    assert imported(checkout, repository, pattern="v*").deployments == 0
    assert told() == before
    git("commit", "--quiet", "--allow-empty", "-m", "More", hours=50)
    git("tag", "v4", hours=60)
    assert imported(checkout, repository, pattern="v*").deployments == 1
    assert told() == [*before, ("v4", 50, ["More"])]


def test_merges_and_commits_of_a_branch_stand_for_deployments_too(
    checkout: Component, repository: Path
) -> None:
    assert imported(checkout, repository, "merges", branch="main").deployments == 1
    assert told()[0][1] == 40
    Change.objects.all().delete()
    assert imported(checkout, repository, "commits").deployments == 4


def test_from_when_on_others_tell_the_repository_says_nothing(
    checkout: Component, repository: Path
) -> None:
    changes.record(
        kind=Change.Kind.DEPLOYMENT,
        external_id="deployment:1",
        source="github:acme",
        component=checkout,
        environment="production",
        title="v2 → production",
        by=None,
        started_at=BEGIN + timedelta(hours=15),
        outcome=Change.Outcome.SUCCEEDED,
    )
    done = imported(checkout, repository, pattern="v*")
    assert done.deployments == 1
    assert "2 since 2026-06-02 are left out" in done.message


def test_commits_are_known_to_deployments_that_are_told_later(
    checkout: Component, repository: Path
) -> None:
    imported(checkout, repository, pattern="v*")
    assert KnownCommit.objects.filter(repository__endswith="acme/checkout").count() == 5


@pytest.mark.parametrize(
    ("how", "more", "words"),
    [
        ("tags", {"pattern": "release-*"}, "no tag that fits"),
        ("merges", {"branch": "feature"}, "Nothing was ever merged"),
        ("merges", {"branch": "gone"}, "It has no branch “gone”."),
    ],
)
def test_what_is_not_there_is_said(
    checkout: Component, repository: Path, how: str, more: dict[str, str], words: str
) -> None:
    done = imported(checkout, repository, how, **more)
    assert done.state == "failed"
    assert words in done.message


def test_a_folder_that_is_no_repository_is_said(checkout: Component, tmp_path: Path) -> None:
    done = imported(checkout, tmp_path)
    assert (done.state, "not a git repository" in done.message) == ("failed", True)


@pytest.mark.parametrize(
    "where",
    [
        "https://127.0.0.1/acme/checkout.git",
        "https://localhost/acme/checkout.git",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x.git",
        "https://10.1.2.3/x.git",
    ],
)
def test_nothing_inside_is_reached(
    checkout: Component, people: dict[str, User], where: str
) -> None:
    asked = operations.ask(
        component=checkout,
        environment="production",
        repository=where,
        how="tags",
        by=people["ines"],
        now=timezone.now(),
        secret="a token",
    )
    operations.work(import_id=str(asked.pk), clock=timezone.now)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.secret is None
    assert "machine" in asked.message or "network" in asked.message or "delivers" in asked.message


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"repository": "/etc"}, "repository"),
        ({"repository": "ext::sh -c id"}, "repository"),
        ({"repository": "git@git.example.com:acme/checkout.git"}, "repository"),
        ({"repository": "https://[x/y.git"}, "repository"),
        ({"environment": "moon"}, "environment"),
        ({"how": "guess"}, "how"),
        ({"branch": "--upload-pack=id"}, "branch"),
        ({"pattern": "$(id)"}, "pattern"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    checkout: Component, people: dict[str, User], given: dict[str, str], field: str
) -> None:
    usual = {
        "environment": "production",
        "repository": "https://git.example.com/acme/checkout.git",
        "how": "tags",
        **given,
    }
    with pytest.raises(Refused) as refused:
        operations.ask(component=checkout, by=people["mira"], now=timezone.now(), **usual)
    assert refused.value.field == field


def test_only_the_team_asks(checkout: Component, people: dict[str, User]) -> None:
    for name in ("jonas", "hannah"):
        with pytest.raises(NotAllowed):
            operations.ask(
                component=checkout,
                environment="production",
                repository="https://git.example.com/acme/checkout.git",
                how="tags",
                by=people[name],
                now=timezone.now(),
            )


def test_a_worker_that_died_leaves_it_to_the_next_one(
    checkout: Component, repository: Path
) -> None:
    asked = operations.ask(
        component=checkout,
        environment="production",
        repository=str(repository),
        how="tags",
        by=None,
        now=timezone.now(),
    )
    HistoryImport.objects.update(state="running", attempt=1, lease_until=timezone.now())
    late = timezone.now() + timedelta(minutes=3)
    HistoryImport.objects.update(next_at=late)
    assert operations.work(import_id=str(asked.pk), clock=timezone.now) is None
    done = operations.work(import_id=str(asked.pk), clock=lambda: late)
    assert done is not None
    assert (done.state, done.attempt) == ("succeeded", 2)


def test_what_breaks_every_worker_ends_in_words(checkout: Component, repository: Path) -> None:
    asked = operations.ask(
        component=checkout,
        environment="production",
        repository=str(repository),
        how="tags",
        by=None,
        now=timezone.now(),
        secret="a token",
    )
    late = timezone.now() + timedelta(minutes=3)
    HistoryImport.objects.update(state="running", attempt=3, lease_until=late, next_at=late)
    assert operations.work(import_id=str(asked.pk), clock=lambda: late) is None
    asked.refresh_from_db()
    assert (asked.state, asked.finished_at, asked.secret) == ("failed", late, None)
    assert asked.message == "It was begun 3 times, and no time to its end."
    assert not Change.objects.exists()


def test_the_command_does_it_at_once(
    checkout: Component, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_history", "checkout", "production", str(repository), "--tags", "v*")
    assert "3 of them new" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no component"):
        call_command("import_history", "nobody", "production", str(repository))
    with pytest.raises(CommandError, match="no tag"):
        call_command("import_history", "checkout", "production", str(repository), "--tags", "x")


def test_pages_and_api_ask_and_show(checkout: Component, browser: Any, program: Any) -> None:
    client: Client = browser("mira")
    given = {
        "component": "checkout",
        "environment": "production",
        "repository": "https://git.example.com/acme/checkout.git",
        "how": "tags",
    }
    answer = client.post("/history-imports/new", given)
    assert answer.status_code == 302
    assert b"A worker looks at it next." in client.get(answer.headers["Location"]).content
    assert b"git.example.com" in client.get("/history-imports/").content
    api: APIClient = program("mira")
    made = api.post("/api/v1/history-imports/", {**given, "secret": "hush"}, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    assert "hush" not in str(made.json())


def test_imports_are_narrowed_down_to_a_component_and_a_state(
    checkout: Component, repository: Path, browser: Any, program: Any
) -> None:
    imported(checkout, repository)
    client, api = browser("mira"), program("mira")
    for asked, is_shown in (
        ("component=checkout", True),
        ("component=checkout&state=succeeded", True),
        ("state=failed", False),
        ("component=check", False),
    ):
        page = client.get(f"/history-imports/?{asked}").content.decode()
        assert (str(repository) in page) is is_shown, asked
        assert ("No import fits this filter" in page) is not is_shown, asked
        found = api.get(f"/api/v1/history-imports/?{asked}").json()["results"]
        assert len(found) == is_shown, asked
