"""A large installation in a minute: written by SQL, past the operations, in rows that fit together.

For benches of pages and for tests of plans; nothing of it is run or delivered. Times lie in the
last 180 days; a few components have most of the history, as in life. Schedules have a run for each
of their due times.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from deployments.rollouts.models import Deployment, Step, StepAttempt
from observability.changes.models import Change
from pipelines.deliveries.models import Delivery, DeliveryAttempt
from pipelines.runs.models import Attempt, Run
from portal.audit.models import Entry
from portal.notifications.models import Matter, Message, Notice
from tests.bench.crowd import begun, changes, deliveries, runs, things, told, who
from tests.bench.crowd.writing import Size, Writer, unhindered
from tests.databases import analyze

__all__ = ["Size", "settle"]

# In the order in which one needs the other
STEPS = (
    who.who,
    things.what_there_is,
    changes.what_changes,
    runs.what_runs,
    runs.what_runs_by_itself,
    runs.what_is_caught_up,
    deliveries.what_is_delivered,
    told.what_is_written_down,
    told.what_people_are_told,
    told.what_is_logged,
    told.what_people_look_for,
    told.what_teams_watch,
    told.what_people_say,
    begun.what_is_drafted,
    begun.what_is_started,
)
LARGE = (
    *(Run, Attempt, Delivery, DeliveryAttempt, Deployment, Step, StepAttempt, Change, Entry),
    *(Matter, Notice, Message),
)


def settle(size: Size, now: datetime) -> None:
    """Write all of it, and let PostgreSQL look at it."""
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        unhindered(cursor, LARGE, size),
    ):
        writer = Writer(cursor, size, now)
        for step in STEPS:
            step(writer)
    if connection.in_atomic_block:
        analyze()
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
