"""The database itself refuses to change what was written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.accounts.models import User
from portal.audit import operations
from portal.audit.models import Entry, Seal, Unsealed
from tests.conftest import NOW


@pytest.fixture
def entry(people: dict[str, User]) -> Entry:
    operations.seal(now=NOW)
    return Entry.objects.earliest("id")


@pytest.mark.parametrize("table", ["portal_entry", "portal_seal"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_it_refuses_every_statement_that_changes(entry: Entry, table: str, statement: str) -> None:
    column = {"portal_entry": "verb", "portal_seal": "digest"}[table]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of the set-up may be pending
        with pytest.raises(ProgrammingError, match="insert only"), transaction.atomic():
            cursor.execute(statement.format(table, column, column))


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(force_update=True),
        lambda _: Entry.objects.update(verb="other"),
        lambda _: Entry.objects.filter(verb="nothing of the kind").update(verb="other"),
    ],
)
def test_it_refuses_the_models_own_ways(entry: Entry, change: Callable[[Entry], object]) -> None:
    with pytest.raises(ProgrammingError, match="insert only"), transaction.atomic():
        change(entry)


def test_every_entry_is_queued_for_its_seal_however_it_came_in(people: dict[str, User]) -> None:
    assert set(Unsealed.objects.values_list("pk", flat=True)) == set(
        Entry.objects.values_list("pk", flat=True)
    )
    assert not Seal.objects.exists()
