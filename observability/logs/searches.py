"""Questions about searches that people keep."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from observability.logs.models import SavedSearch
from portal.accounts import access
from portal.accounts.models import User
from portal.rows import found


def of(by: User) -> QuerySet[SavedSearch]:
    """A person's own, and those that teams of theirs share; the platform role knows all teams."""
    rows = SavedSearch.objects.select_related("owner", "team")
    if by.is_platform:
        return rows.filter(Q(owner=by) | Q(team__isnull=False))
    return rows.filter(Q(owner=by) | Q(team__in=access.team_ids(by)))


def search(pk: object, by: User) -> SavedSearch:
    """One that this person knows of."""
    return found(of(by), "saved search", pk=pk)
