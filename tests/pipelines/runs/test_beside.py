"""A run beside the last good one."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.runs import queries
from pipelines.runs.beside import Measured, rows, sentence
from pipelines.runs.models import Run
from tests.pipelines.factories import House, later, ran


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (16, 32, "Twice the rows of the last good run."),
        (16, 48, "Three times the rows of the last good run."),
        (16, 7, "At most half the rows of the last good run."),
        (16, 0, "No rows at all; the last good run had some."),
        (16, 17, ""),
        (None, 17, ""),
        (None, 0, "No rows at all, and no good run before it to hold that against."),
        (0, 0, ""),
        (16, None, ""),
    ],
)
def test_the_sentence_to_read_first(before: int | None, after: int | None, said: str) -> None:
    assert sentence(Measured(rows=before), Measured(rows=after)) == said


def test_what_is_off_asks_for_a_look() -> None:
    found = {
        row.name: row.verdict
        for row in rows(
            Measured(rows=16, rows_in=100, bytes=10, seconds=3.0, memory=50),
            Measured(rows=32, rows_in=100, bytes=11, seconds=9.0, memory=None),
        )
    }
    assert found["Rows made"] == "Look at it"
    assert found["Rows read"] == "As before"
    assert found["Time"] == "Look at it"
    assert found["Memory at most"] == "Not measured"


def test_a_fast_run_that_takes_twice_as_long_is_no_matter() -> None:
    found = rows(Measured(seconds=0.1), Measured(seconds=0.4))
    assert next(row for row in found if row.name == "Time").verdict == "As before"


def test_what_is_much_faster_is_not_called_as_before() -> None:
    found = rows(Measured(seconds=9.0, memory=50), Measured(seconds=3.0, memory=40))
    said = {row.name: row.verdict for row in found}
    assert (said["Time"], said["Memory at most"]) == ("Less than before", "As before")


@pytest.mark.django_db
def test_it_is_held_against_the_last_good_run_with_the_same_parameters(
    house: House, now: datetime
) -> None:
    house.live(now=now)
    january, june, run = (ran(house, later(now, 60 * number)) for number in range(3))
    Run.objects.filter(pk=june.pk).update(parameters_digest="june")
    assert queries.good_beside(run) == january
    Run.objects.filter(pk=january.pk).update(parameters_digest="may")
    assert queries.good_beside(run) == june  # the newest, where nothing better is there
    assert queries.last_good_before(run) == june
