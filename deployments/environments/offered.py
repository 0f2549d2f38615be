"""Names of environments for golden paths: anyone may look at all of them."""

from __future__ import annotations

from collections.abc import Sequence

from deployments.environments.models import Environment
from portal.accounts.models import User
from portal.golden_paths.names.base import Choice
from portal.names import SLUG_HINT, is_slug


class Environments:
    """Environments, in the order in which things are promoted."""

    noun = "environment"

    def offered(self, *, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
        rows = Environment.objects.filter(name__icontains=search).order_by("order")[:most]
        return [Choice(row.name, "asks for approval" if row.approvals else "") for row in rows]

    def refusal(self, *, name: str, by: User, verb: str) -> str:
        is_there = Environment.objects.filter(name=name).exists()
        return "" if is_there else f"There is no environment called “{name}”."

    def taken(self, *, name: str) -> str:
        if not is_slug(name):
            return f"“{name}” can't be a name: use {SLUG_HINT}."
        taken = Environment.objects.filter(name=name).exists()
        return f"There is already an environment called {name}." if taken else ""
