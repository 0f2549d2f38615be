"""Figures get so much time, all together: the way out is not held up by many questions."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection, transaction

from deployments.evidence.deadlines import within

pytestmark = pytest.mark.django_db


def ask(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def ask_often(times: int, seconds: float) -> None:
    for _ in range(times):
        ask(seconds)


def patience() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_questions_that_are_short_enough_each_are_too_long_together() -> None:
    with pytest.raises(OperationalError), within(0.6):
        ask_often(6, 0.2)


def test_one_that_is_too_long_is_stopped() -> None:
    with pytest.raises(OperationalError), within(0.2):
        ask(60)


def test_none_is_asked_when_the_time_is_over() -> None:
    with pytest.raises(OperationalError, match="are over"), within(0):
        ask(0)


@transaction.atomic
def test_what_is_asked_afterwards_is_as_patient_as_before() -> None:
    before = patience()
    with within(5):
        ask(0)
        assert patience() != before
    assert patience() == before
    with pytest.raises(OperationalError), within(0.1):
        ask(60)
    assert patience() == before
