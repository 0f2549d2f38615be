"""What ran since midnight, for the sentence on the home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipelines.runs.models import Run
from portal.accounts.models import Team
from portal.figures import times
from portal.ids import first_at

MOST = 2000  # entries of the index are read; a busier day has "more than" that


def of(teams: Sequence[Team], now: datetime) -> list[str]:
    """ "41 runs since midnight": of these teams, in UTC. One query."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Run.objects.filter(team__in=teams, pk__gte=first_at(midnight)).order_by()
    number = rows[:MOST].count()
    more = "more than " if number == MOST else ""
    return [f"{more}{times(number, 'run')} since midnight"] if number else []
