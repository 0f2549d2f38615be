"""How what a person has pinned does."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.home import mine
from portal.home.mine import Standing
from portal.stars import rail
from portal.stars.rail import Pinned

Rows = list[tuple[Pinned, Standing | None]]


def rows(who: User, now: datetime) -> Rows:
    """Those that are still there, each with how it does where it is a component."""
    found = rail.standing(who)
    names = [one.name for one in found if one.kind == "component"]
    components = list(catalog.components().filter(name__in=names)) if names else []
    standings = mine.standings_of(components, now)
    by_name = {("component", one.name): standings[one.pk] for one in components}
    return [(one, by_name.get((one.kind, one.name))) for one in found]
