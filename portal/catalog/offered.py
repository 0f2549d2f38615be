"""Names of components for golden paths."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.golden_paths.names.base import Choice
from portal.names import SLUG_HINT, is_slug


class Components:
    """Components; with a verb those that the person may do it to."""

    noun = "component"
    rows: QuerySet[Component] = Component.objects.select_related("team")

    def offered(self, *, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
        rows = self.rows.filter(Q(name__icontains=search) | Q(title__icontains=search))
        if verb:
            rows = rows.filter(team__in=access.teams_where(by, verb))
        return [Choice(row.name, row.team.name) for row in rows.order_by("name")[:most]]

    def refusal(self, *, name: str, by: User, verb: str) -> str:
        component = self.rows.filter(name=name).first()
        if component is None:
            return f"There is no {self.noun} called “{name}”."
        return access.refusal(by, verb, component) if verb else ""

    def taken(self, *, name: str) -> str:
        if not is_slug(name):
            return f"“{name}” can't be a name: use {SLUG_HINT}."
        holder = Component.objects.select_related("team").filter(name=name).first()
        return f"{name} is already registered by {holder.team.name}." if holder else ""


class Transformations(Components):
    """Components that are transformations."""

    noun = "transformation"
    rows = Component.objects.select_related("team").filter(kind=Component.Kind.TRANSFORMATION)
