"""Everything that can be found, written anew from the tables and the handbook."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import feeds
from portal.search.models import Kind


class Command(BaseCommand):
    help = "Build the search anew (all of it, or --only some kinds): after a restore, an upgrade."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", action="append", choices=Kind.values, default=[])

        parser.add_argument(
            "--only-stale",
            action="store_true",
            help="The handbook, and the rest only where nothing can be found yet.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        only = feeds.stale() if options["only_stale"] else options["only"]
        self.stdout.write(f"{feeds.rebuild(only)} things can be found anew.")
