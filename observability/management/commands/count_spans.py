"""manage.py count_spans: health of the time before spans were counted, out of stored ones."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from observability.traces.stores import recounting


class Command(BaseCommand):
    help = "Count stored spans of days before counting began; stopped, it goes on where it was."

    def handle(self, *_: Any, **__: Any) -> None:
        days = recounting.days(now=timezone.now())
        for day in days:
            number = recounting.count(day=day)
            self.stdout.write(f"{day}: {number:,} spans")
        self.stdout.write(f"{len(days)} days counted." if days else "No day is left to count.")
