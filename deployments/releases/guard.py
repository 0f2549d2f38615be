"""Rejecting and using exclude each other: a shared lock to use content, an exclusive to reject it.

Without it, a worker could read "not rejected", the rejection commit, and the worker then send.
Advisory locks of the transaction: nothing to clean up, no row is written.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from deployments.releases.models import Rejection


def using(component_id: UUID | str) -> None:
    """Hold rejections of this component off until this transaction ends."""
    _lock("pg_advisory_xact_lock_shared", component_id)


def rejecting(component_id: UUID | str) -> None:
    """Wait until nobody binds or sends content of this component, and keep them off."""
    _lock("pg_advisory_xact_lock", component_id)


def rejection_of(component_id: UUID | str, digest: str) -> Rejection | None:
    """The active rejection of this content, if there is one."""
    return (
        Rejection.objects.active()
        .filter(component_id=component_id, digest=digest)
        .select_related("rejected_by")
        .first()
    )


def _lock(function: str, component_id: UUID | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 7))", [str(component_id)])
