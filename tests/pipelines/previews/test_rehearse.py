"""A preview reads the first rows, tells what a run would refuse, and shows rows to whom it may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.drafts import operations as drafts
from pipelines.drafts.models import Draft
from pipelines.previews import limits, operations, queries, work
from pipelines.previews.models import Preview, State
from pipelines.previews.operations import working
from pipelines.runs import artifacts
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.drafts.conftest import (
    draft,
    house,
    look_at,
    may_see_rows,
    post,
    preview_of,
    written,
    zygote,
)
from tests.pipelines.factories import House

__all__ = ["draft", "house", "post", "written", "zygote"]  # fixtures

Post = Callable[..., Draft]


def test_it_answers_what_the_result_is_like(house: House, written: Draft) -> None:
    found = preview_of(written, house.developer)
    assert (found.state, found.rows, found.failure) == (State.SUCCEEDED, 7, "")
    assert found.parameters == {"month": 1}
    assert found.portions == [{"name": "flights", "rows": 1200, "is_cut": False}]
    carrier = found.columns[0]
    assert (carrier["name"], carrier["type"], carrier["distinct"]) == (
        "carrier", "VARCHAR", 7,
    )  # fmt: skip
    assert ["carrier"] in found.keys
    [reconciled] = found.checks
    assert (reconciled["name"], reconciled["is_passed"]) == ("every row counted once", True)
    entry = Entry.objects.get(verb="preview.start")
    assert entry.after == {"reads": ["nyc-files"]}


def test_it_tells_what_each_column_is_made_of_without_showing_a_row(
    house: House, written: Draft, post: Post
) -> None:
    text = "SELECT *, count(*) OVER () AS flights, $month AS asked FROM flights LIMIT 5"
    found = preview_of(post(written, "sql", sql=text), house.developer)
    assert queries.rows_of(found, house.developer).refusal
    told = {one["column"]: one["made_of"] for one in queries.lineage_of(found)}
    assert list(told) == [column["name"] for column in found.columns]
    assert told["carrier"] == [{"input": "flights", "column": "carrier"}]
    assert told["flights"] == [{"input": "flights", "column": ""}]
    assert told["asked"] == []


def test_rows_are_a_file_for_those_who_may_see_rows_and_nothing_of_them_is_in_the_table(
    house: House, people: dict[str, Any], written: Draft
) -> None:
    found = preview_of(written, house.developer)
    refused = queries.rows_of(found, house.developer)
    assert refused.rows == ()
    assert "Rows that come from nyc-files are not shown to you. Ines Costa" in refused.refusal
    may_see_rows(house)
    seen = queries.rows_of(found, house.developer)
    assert len(seen.rows) == 7
    assert seen.outermost["carrier"] == ["C0", "C6"]
    assert queries.rows_of(found, people["priya"]).refusal  # running the portal is no reason
    assert "C0" not in str(Preview.objects.filter(pk=found.pk).values())
    folder = artifacts.absolute(found.rows_path).parent
    assert [path.suffix for path in folder.iterdir()] == [".json"]


def test_the_outermost_fractions_are_as_short_as_those_in_the_rows(
    house: House, written: Draft, post: Post
) -> None:
    may_see_rows(house)
    text = "SELECT DISTINCT 1 / 3 AS third, 2::FLOAT AS two, $month AS asked FROM flights"
    found = preview_of(post(written, "sql", sql=text), house.developer)
    outermost = queries.rows_of(found, house.developer).outermost
    assert outermost["third"] == ["0.333333", "0.333333"]
    assert outermost["two"] == ["2", "2"]


def test_only_the_first_rows_are_read(house: House, written: Draft) -> None:
    asked = drafts.preview(
        draft=written, parameters={}, by=house.developer, now=timezone.now(), most_rows=120
    )
    work.rehearse(preview_id=str(asked.pk), clock=timezone.now)
    asked.refresh_from_db()
    assert asked.portions == [{"name": "flights", "rows": 120, "is_cut": True}]
    assert asked.is_cut


def test_a_broken_promise_is_told_beside_the_result(
    house: House, written: Draft, post: Post
) -> None:
    draft = post(
        written,
        "contract",
        column=["carrier", "flights"],
        type=["varchar", "integer"],
        key=["carrier"],
    )
    draft = post(draft, "check", number="", name="none", sql="SELECT * FROM result")
    found = preview_of(draft, house.developer)
    assert found.state == State.SUCCEEDED
    assert "flights is INTEGER, and the query returns BIGINT" in found.complaints[0]
    assert [check["is_passed"] for check in found.checks] == [False, True]


def test_a_query_that_fails_says_where(house: House, written: Draft, post: Post) -> None:
    draft = post(
        written, "sql", sql="SELECT carrier,\n  nothing\nFROM flights\nWHERE month = $month"
    )
    found = preview_of(draft, house.developer)
    assert (found.state, found.failure, found.line, found.column) == (State.FAILED, "sql", 2, 3)
    look_at(draft, house.developer)
    with pytest.raises(Refused, match="nothing"):  # its columns are known now: it is told at once
        preview_of(draft, house.developer)


def test_what_is_not_right_yet_is_refused_by_the_rules_of_registering(
    house: House, written: Draft, post: Post
) -> None:
    for sql, words in (
        ("", "Write a query first"),
        ("SELECT * FROM flihgts WHERE month = $month", "Did you mean flights"),
    ):
        draft = post(written, "sql", sql=sql)
        with pytest.raises(Refused, match=words):
            preview_of(draft, house.developer)
        written = draft
    draft = post(written, "sql", sql="SELECT * FROM flights WHERE month = $month")
    with pytest.raises(Refused, match=r"month is 13\.5, but must be a whole number"):
        preview_of(draft, house.developer, month=13.5)


def test_it_needs_a_grant_and_a_place_and_the_right_to_write(
    house: House, people: dict[str, Any], written: Draft
) -> None:
    with pytest.raises(NotAllowed, match="preview queries for this team"):
        preview_of(written, people["jonas"])
    connections.unbind(
        thing=house.connection, environment=house.environment, by=house.owner, now=timezone.now()
    )
    with pytest.raises(Refused, match="no environment in which nyc-files can be read"):
        preview_of(written, house.developer)


def test_asking_again_overtakes_what_still_waits(house: House, written: Draft) -> None:
    first, second = (
        drafts.preview(draft=written, parameters={}, by=house.developer, now=timezone.now())
        for _ in range(2)
    )
    first.refresh_from_db()
    assert (first.state, first.message) == (State.CANCELLED, "A newer preview was asked for.")
    operations.cancel(preview=second, by=house.developer, now=timezone.now())
    work.rehearse(preview_id=str(second.pk), clock=timezone.now)
    second.refresh_from_db()
    assert second.state == State.CANCELLED
    with pytest.raises(Moved, match="ended already"):
        operations.cancel(preview=second, by=house.developer, now=timezone.now())


def test_a_running_one_is_stopped_within_a_second(house: House, written: Draft, post: Post) -> None:
    draft = post(
        written, "sql",
        sql="SELECT count(*) AS n FROM range(10000000) a, range(10000000) b WHERE $month = 1",
    )  # fmt: skip
    asked = drafts.preview(draft=draft, parameters={}, by=house.developer, now=timezone.now())
    ticks = []

    def clock() -> Any:
        """Cancelled by somebody when the worker first prolongs its lease."""
        ticks.append(1)
        if len(ticks) == 2:
            operations.cancel(preview=asked, by=house.developer, now=timezone.now())
        return timezone.now()

    work.rehearse(preview_id=str(asked.pk), clock=clock)
    asked.refresh_from_db()
    assert (asked.state, asked.message) == (State.CANCELLED, "Cancelled by Mira Okafor.")


def test_a_worker_that_vanished_is_forgiven_once_and_old_ones_are_removed(
    house: House, written: Draft
) -> None:
    asked = drafts.preview(draft=written, parameters={}, by=house.developer, now=timezone.now())
    late = timezone.now()
    for state in (State.QUEUED, State.FAILED):
        Preview.objects.filter(pk=asked.pk).update(next_at=late)
        assert working.claim(queries.to_do(), pk=str(asked.pk), now=late)
        late += timedelta(minutes=5)
        operations.sweep(now=late)
        asked.refresh_from_db()
        assert asked.state == state
    done = preview_of(written, house.developer)
    path = artifacts.absolute(done.rows_path)
    assert path.exists()
    operations.sweep(now=done.expires_at + timedelta(seconds=1))
    assert not path.exists()
    assert not Preview.objects.exists()


def test_whoever_was_overtaken_by_the_sweep_writes_nothing(house: House, written: Draft) -> None:
    asked = drafts.preview(draft=written, parameters={}, by=house.developer, now=timezone.now())
    mine = working.claim(queries.to_do(), pk=str(asked.pk), now=timezone.now())
    assert mine
    operations.sweep(now=timezone.now() + timedelta(minutes=5))
    assert not working.keep(mine, now=timezone.now())
    assert not working.end(mine, State.SUCCEEDED, now=timezone.now())


def test_limits_are_small() -> None:
    assert limits.PREVIEW.seconds <= 60
    assert limits.PREVIEW.memory_mb <= 512
    assert limits.head(5).is_head
