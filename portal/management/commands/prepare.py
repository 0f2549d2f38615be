"""Everything that a database needs before the processes start: tables, and what is shipped."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, publish the golden paths that come with this release, index the handbook."

    def handle(self, *_: Any, verbosity: int = 1, **__: Any) -> None:
        call_command("migrate", interactive=False, verbosity=verbosity, skip_checks=True)
        call_command("publish_golden_paths")
        call_command("search_rebuild", only_stale=True)
