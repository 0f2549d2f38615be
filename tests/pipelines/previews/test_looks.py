"""What a connection offers and what an input is like: asked of a worker, and kept for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.drafts import operations as drafts
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.previews import operations, queries, work
from pipelines.previews.models import Look, State
from portal.accounts.models import Grant
from portal.errors import NotAllowed, Refused
from tests.pipelines.drafts.conftest import (
    draft,
    house,
    look_at,
    may_see_rows,
    post,
    see_all,
    written,
    zygote,
)
from tests.pipelines.factories import House

__all__ = ["draft", "house", "post", "written", "zygote"]  # fixtures


def browsed(house: House, draft: Draft, **more: object) -> Look:
    given = {"draft": draft, "connection": house.connection, "who": house.developer}
    return drafts.browse(now=timezone.now(), **given, **more)  # type: ignore[arg-type]


def test_a_shelf_is_looked_at_once_and_then_known(house: House, draft: Draft) -> None:
    asked = browsed(house, draft)
    assert (asked.state, asked.looked_at) == (State.QUEUED, None)
    see_all()
    again = browsed(house, draft)
    assert (again.pk, again.state) == (asked.pk, State.SUCCEEDED)
    assert [offer["path"] for offer in again.offers] == ["flights.parquet"]
    fresh = browsed(house, draft, is_fresh=True)
    assert (fresh.state, fresh.offers) == (State.QUEUED, again.offers)  # stays to be read meanwhile
    see_all()
    assert browsed(house, draft, search="nothing").pk != asked.pk


def test_columns_are_for_all_who_may_use_it_and_rows_for_those_who_may_see_rows(
    house: House, written: Draft
) -> None:
    look_at(written, house.developer)
    page = Page(written, house.developer, timezone.now())
    [one] = page.inputs
    assert [column["name"] for column in one.columns or []] == ["month", "carrier"]
    assert one.look is not None
    assert "not shown to you" in queries.rows_of_input(one.look, house.developer).refusal
    may_see_rows(house)
    assert len(queries.rows_of_input(one.look, house.developer).rows) == 20


def test_it_is_told_why_it_can_not_be_read_and_tried_again_later(
    house: House, written: Draft
) -> None:
    (house.folder / "sources" / "flights.parquet").unlink()
    look_at(written, house.developer)
    look = Look.objects.get()
    assert (look.state, look.columns) == (State.FAILED, None)
    assert "There is no flights.parquet in its folder" in look.message
    now = timezone.now()
    drafts.look(draft=written, who=house.developer, now=now)
    look.refresh_from_db()
    assert look.state == State.FAILED  # not at every glance
    drafts.look(draft=written, who=house.developer, now=now + timedelta(minutes=1))
    look.refresh_from_db()
    assert look.state == State.QUEUED


def test_a_connection_that_was_moved_is_looked_at_anew(house: House, written: Draft) -> None:
    look_at(written, house.developer)
    (house.folder / "elsewhere").mkdir()
    connections.bind(
        thing=house.connection,
        environment=house.environment,
        address=str(house.folder / "elsewhere"),
        by=house.owner,
        now=timezone.now(),
    )
    [one] = Page(written, house.developer, timezone.now()).inputs
    assert one.columns is None
    assert one.is_waiting


def test_without_a_grant_nothing_is_looked_at(house: House, written: Draft) -> None:
    Grant.objects.filter(kind="connection").delete()
    with pytest.raises(Refused, match="has no grant to query the connection nyc-files"):
        drafts.look(draft=written, who=house.developer, now=timezone.now())
    with pytest.raises(Refused, match="no grant to query it"):
        browsed(house, written)


def test_lookers_on_ask_for_nothing(house: House, people: dict, written: Draft) -> None:
    with pytest.raises(NotAllowed):
        drafts.look(draft=written, who=people["jonas"], now=timezone.now())


def test_what_is_old_is_removed(house: House, written: Draft) -> None:
    look_at(written, house.developer)
    operations.sweep(now=timezone.now() + timedelta(days=2))
    assert not Look.objects.exists()


def test_an_input_with_a_parameter_in_its_path_is_looked_at_with_its_default(
    house: House, written: Draft, post: object
) -> None:
    source = house.folder / "sources" / "flights.parquet"
    source.rename(source.with_name("flights-1.parquet"))
    draft = post(  # type: ignore[operator]
        written, "input", input="flights", new_name="flights", place="flights-{month}.parquet"
    )
    look_at(draft, house.developer)
    [one] = Page(draft, house.developer, timezone.now()).inputs
    assert one.columns
    work.look(look_id=str(Look.objects.latest("pk").pk), clock=timezone.now)  # over: nothing to do
