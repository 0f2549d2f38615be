"""A list that is longer than the protocol has room for is asked all the same."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from portal.accounts.models import User
from portal.postgresql.cursors import MOST

NAMES = [f"nobody's {n} % of \\ all" for n in range(MOST)]


@pytest.mark.parametrize("more", [0, 1])
def test_rows_are_found_by_any_number_of_names(people: dict[str, User], more: int) -> None:
    wanted = [*NAMES[: MOST - 1], "ines", *NAMES[:more]]
    assert len(wanted) == MOST + more
    assert list(User.objects.filter(username__in=wanted)) == [people["ines"]]


def test_and_changed_and_deleted(people: dict[str, User]) -> None:
    many = [people["mira"].pk, *(uuid4() for _ in range(MOST))]
    assert User.objects.filter(pk__in=many).update(full_name="100 %s Okafor") == 1
    people["mira"].refresh_from_db()
    assert people["mira"].full_name == "100 %s Okafor"
    assert User.objects.filter(pk__in=many[1:]).delete()[0] == 0


def test_a_statement_of_our_own_too(db: None) -> None:
    values = list(range(MOST + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (VALUES {', '.join(['(%s)'] * len(values))}) v", values
        )
        assert cursor.fetchone() == (len(values),)
