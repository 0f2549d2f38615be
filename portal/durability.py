"""Which commits wait for the disk: all, but for those that say that they need not."""

from __future__ import annotations

from django.db import connection


def commit_without_waiting() -> None:
    """Let this transaction's commit return before it is on the disk.

    Only for what may be undone by a crash of PostgreSQL without harm, such as a claim: others see
    it at once, and whatever is committed later is never kept without it. Saves a flush, some
    milliseconds. See "Asynchronous Commit" in PostgreSQL's manual.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
