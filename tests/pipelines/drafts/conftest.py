"""A draft in the small house, looked at as a worker would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from pipelines.connections import operations as connections
from pipelines.drafts import edits, operations, queries
from pipelines.drafts.edits import Given
from pipelines.drafts.models import Draft
from pipelines.previews import work
from pipelines.previews.models import Look, Preview
from portal.accounts.models import User
from tests.conftest import NOW
from tests.pipelines.conftest import house, now, zygote
from tests.pipelines.factories import House

__all__ = ["house", "now", "zygote"]  # fixtures

SQL = "SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier"


@pytest.fixture
def draft(house: House) -> Draft:
    return operations.begin(
        team=house.team, title="Carrier counts", by=house.developer, now=timezone.now()
    )


@pytest.fixture
def post(house: House) -> Callable[..., Draft]:
    """`post(draft, "sql", sql="SELECT 1")`: an edit of the form, by mira unless said."""

    def posted(
        draft: Draft,
        kind: str,
        /,
        *,
        by: User | None = None,
        seen: int = 0,
        is_leaving: bool = False,
        **values: Any,
    ) -> Draft:
        lists = {k: v if isinstance(v, list) else [v] for k, v in values.items()}
        edit = edits.edit(kind, Given(lists, queries.takers(lists.get("destination", []))))
        assert edit is not None
        return operations.edit(
            draft=draft,
            change=edit.change,
            words=edit.words,
            is_typing=edit.is_typing,
            is_leaving=is_leaving,
            seen=seen or draft.revision,
            by=by or house.developer,
            now=timezone.now(),
        )

    return posted


@pytest.fixture
def written(draft: Draft, post: Callable[..., Draft]) -> Draft:
    """With an input, a query and its parameter; nobody has looked at anything yet."""
    draft = post(draft, "input.add", connection="nyc-files", path="flights.parquet")
    draft = post(draft, "sql", sql=SQL)
    return post(draft, "parameter", parameter="month", type="integer")


def look_at(draft: Draft, who: User) -> None:
    """Ask for the columns of the inputs, and let a worker see."""
    for found in operations.look(draft=draft, who=who, now=timezone.now()):
        work.look(look_id=str(found.pk), clock=timezone.now)


def see_all() -> None:
    for pk in Look.objects.filter(state="queued").values_list("pk", flat=True):
        work.look(look_id=str(pk), clock=timezone.now)


def preview_of(draft: Draft, by: User, **parameters: Any) -> Preview:
    """Ask for a preview and let a worker do it."""
    asked = operations.preview(draft=draft, parameters=parameters, by=by, now=timezone.now())
    work.rehearse(preview_id=str(asked.pk), clock=timezone.now)
    asked.refresh_from_db()
    return asked


def may_see_rows(house: House, moment: datetime = NOW) -> None:
    connections.give(
        thing=house.connection, team=house.team, use="rows", by=house.owner, now=moment, reason=""
    )
