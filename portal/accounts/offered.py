"""Names of teams for golden paths."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.golden_paths.names.base import Choice
from portal.names import SLUG_HINT, is_slug


class Teams:
    """Teams; with a verb those for which the person may do it."""

    noun = "team"

    def offered(self, *, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
        rows = access.teams_where(by, verb or "look").filter(name__icontains=search)
        found = rows.order_by("name").values_list("name", "title")[:most]
        return [Choice(name, title) for name, title in found]

    def refusal(self, *, name: str, by: User, verb: str) -> str:
        team = Team.objects.filter(name=name).first()
        if team is None:
            return f"There is no team called “{name}”."
        return access.refusal(by, verb, team) if verb else ""

    def taken(self, *, name: str) -> str:
        if not is_slug(name):
            return f"“{name}” can't be a name: use {SLUG_HINT}."
        taken = Team.objects.filter(name=name).exists()
        return f"There is already a team called {name}." if taken else ""
