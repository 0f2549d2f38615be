"""From when on lines are looked for: what was asked for yesterday has its lines there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from slipway_cli.commands.looking import EARLY, USUAL, beginning

RUN = {"requested_at": "2026-11-20T14:00:00.250Z"}
DEPLOYMENT = {"requested_at": "2026-11-19T09:00:00Z"}


def test_lines_of_a_run_begin_a_little_before_it_was_asked_for() -> None:
    at = datetime(2026, 11, 20, 14, 0, 0, 250_000, tzinfo=UTC)
    assert datetime.fromisoformat(beginning([RUN])) == at - EARLY


def test_lines_of_a_run_and_its_deployment_begin_before_both() -> None:
    at = datetime(2026, 11, 19, 9, tzinfo=UTC)
    assert datetime.fromisoformat(beginning([RUN, DEPLOYMENT])) == at - EARLY


def test_lines_of_nothing_in_particular_are_those_of_the_last_hour() -> None:
    assert USUAL == "1h"
    before = datetime.now(UTC) - timedelta(hours=1)
    assert timedelta(0) <= datetime.fromisoformat(beginning([])) - before < timedelta(minutes=1)
