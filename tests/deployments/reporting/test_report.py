"""The report of changes: each with who asked for it, who approved it, and how it ended."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from deployments.environments import operations as environments
from deployments.policies.models import Approval as Decision
from deployments.reporting import asking, queries
from deployments.reporting.asking import Approval, Wanted
from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from portal.errors import NotFound, Refused
from tests.deployments.world import World


@pytest.fixture
def shipped(world: World) -> World:
    """v1 and v2 went through to production; v2 was taken back; v3 waits there."""
    world.through(1)
    world.through(2)
    world.work(world.roll_back(world.production))
    world.deploy(3, world.staging)
    world.ask(3, world.production, by="mira")
    return world


def wanted(world: World, **given: str) -> Wanted:
    return asking.wanted({"environment": "production", **given}, world.now())


def told(world: World, **given: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in queries.file(wanted(world, **given), "jsonl")]


def test_it_says_who_asked_who_approved_and_how_it_ended(shipped: World) -> None:
    first, second, back, waiting = told(shipped)
    assert (first["release"], first["requested_by"], first["approved_by"]) == (1, "mira", "ines")
    assert (first["approval"], first["approvals_needed"]) == ("given", 1)
    assert first["plan_digest"]
    assert second["rolled_back_by"] == back["number"]
    assert (back["kind"], back["approval"], back["approved_by"]) == ("rollback", "rollback", "")
    assert (waiting["approval"], waiting["live_at"]) == ("not-given", None)


def test_where_none_was_asked_for_it_says_so(shipped: World) -> None:
    assert {row["approval"] for row in told(shipped, environment="staging")} == {"not-asked"}


def test_what_went_live_without_the_approval_it_needed_is_found(shipped: World) -> None:
    Decision.objects.filter(deployment__release__number=1).delete()
    (found,) = told(shipped, approval="missing")
    assert found["release"] == 1


def test_an_approval_of_the_one_who_asked_is_none(shipped: World) -> None:
    asked = Deployment.objects.get(
        release__number=1, environment=shipped.production, kind=Deployment.Kind.RELEASE
    )
    Decision.objects.filter(deployment=asked).update(decided_by=asked.requested_by)
    assert [row["number"] for row in told(shipped, approval="missing")] == [asked.number]


@pytest.fixture
def two_agree(world: World) -> World:
    """v1 waits in production, where two others have to agree."""
    world.deploy(1, world.development)
    world.deploy(1, world.staging)
    rule(world, 2)
    world.ask(1, world.production, by="mira")
    return world


def rule(world: World, approvals: int) -> None:
    environments.change_approvals(
        environment=world.production, approvals=approvals, reason="The rule.",
        by=world.people["priya"], now=world.now(),
    )  # fmt: skip


def waiting(world: World) -> Deployment:
    return Deployment.objects.get(environment=world.production)


def test_one_of_two_is_not_approved(two_agree: World) -> None:
    two_agree.approve(waiting(two_agree), by="ines")
    (row,) = told(two_agree)
    assert (row["approval"], row["approvals_needed"]) == ("not-given", 2)


def test_two_of_two_are_and_one_that_is_lost_later_is_missed(two_agree: World) -> None:
    two_agree.approve(waiting(two_agree), by="ines")
    two_agree.work(two_agree.approve(waiting(two_agree), by="tomas"))
    assert [row["approval"] for row in told(two_agree)] == ["given"]
    Decision.objects.filter(decided_by__username="tomas").delete()
    assert [row["approval"] for row in told(two_agree)] == ["missing"]


def test_a_no_after_a_yes_is_no_approval(two_agree: World) -> None:
    two_agree.approve(waiting(two_agree), by="ines")
    operations.refuse(
        deployment=waiting(two_agree), by=two_agree.people["tomas"], now=two_agree.now(), note="No."
    )
    assert [row["approval"] for row in told(two_agree)] == ["not-given"]


@pytest.mark.parametrize(("later", "by"), [(1, ["ines"]), (3, ["ines", "tomas", "priya"])])
def test_what_counts_is_the_rule_when_the_last_word_was_said(
    two_agree: World, later: int, by: list[str]
) -> None:
    rule(two_agree, later)
    for name in by:
        two_agree.approve(waiting(two_agree), by=name)
    two_agree.work(waiting(two_agree))
    rule(two_agree, 5)
    (row,) = told(two_agree)
    assert (row["approval"], row["approvals_needed"]) == ("given", later)
    assert row["live_at"]


def test_the_sum_is_of_all_of_them_whichever_are_shown(shipped: World) -> None:
    summary = queries.summary(wanted(shipped, approval="missing"))
    assert (summary.total, summary.live, summary.failed, summary.rolled_back) == (4, 3, 0, 1)
    assert summary.approvals == {
        Approval.GIVEN: 2,
        Approval.ROLLBACK: 1,
        Approval.NOT_GIVEN: 1,
    }


def test_a_day_is_whole_and_the_last_one_is_among_them(shipped: World) -> None:
    today = shipped.now().date()
    assert len(told(shipped, since=str(today), until=str(today))) == 4
    yesterday = str(today - timedelta(days=1))
    assert told(shipped, since=yesterday, until=yesterday) == []
    assert told(shipped, since="1971-01-01", until="1972-01-01") == []


def test_a_file_is_read_in_batches_and_runs_nothing_in_a_spreadsheet(
    shipped: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BATCH", 1)
    Deployment.objects.filter(release__number=1).update(reason='=HYPERLINK("http://x")')
    text = "".join(queries.file(wanted(shipped), "csv"))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["release"] for row in rows] == ["1", "2", "1", "3"]
    assert rows[0]["reason"].startswith("'=")


def test_its_queries_do_not_grow(shipped: World) -> None:
    with CaptureQueriesContext(connection) as few:
        list(queries.file(wanted(shipped, component="nothing-like-this"), "csv"))
    with CaptureQueriesContext(connection) as many:
        list(queries.file(wanted(shipped), "csv"))
    assert len(many) - len(few) <= 2  # who decided, and whether more follows


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"approval": "yes"}, "“yes” is none of given, not-asked, rollback, not-given and missing"),
        ({"until": "2026-01-01"}, "Say from which day on"),
    ],
)
def test_nonsense_is_refused_in_words(world: World, given: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        wanted(world, **given)
    with pytest.raises(NotFound, match="no environment called “mars”"):
        wanted(world, environment="mars")


def test_the_page_shows_them_and_its_buttons_bring_the_same(
    shipped: World, browser: Callable[[str], Client]
) -> None:
    page = browser("jonas").get("/deployments/report?component=carrier-punctuality")
    text = page.content.decode()
    assert "4 changes</b> asked for in production in 90 days: 3 went live" in text
    assert "2 approved by others" in text
    assert "/deployments/report/file?component=carrier-punctuality&amp;as=csv" in text
    file = browser("jonas").get("/deployments/report/file?as=csv")
    assert file["Content-Disposition"] == 'attachment; filename="changes.csv"'
    assert file.getvalue().decode().count("\n") == 5
    assert browser("jonas").get("/deployments/report/file?as=pdf").status_code == 422


def test_the_api_brings_lines(shipped: World, program: Callable[..., APIClient]) -> None:
    asked = {"environment": "all", "team": "airline-data"}
    answer = program("jonas", "read").get("/api/v1/deployments/report/", asked)
    assert answer["Content-Type"] == "application/x-ndjson"
    assert len(answer.getvalue().decode().splitlines()) == 9


def test_the_type_that_is_accepted_is_the_type_that_comes(
    shipped: World, program: Callable[..., APIClient]
) -> None:
    ask = program("jonas", "read").get
    address = "/api/v1/deployments/report/"
    assert ask(address, HTTP_ACCEPT="text/csv")["Content-Type"].startswith("text/csv")
    said = {"as": "jsonl"}
    lines = ask(address, said, HTTP_ACCEPT="text/csv")
    assert lines["Content-Type"] == "application/x-ndjson"
    refused = ask(address, {"as": "pdf"}, HTTP_ACCEPT="text/csv")
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
