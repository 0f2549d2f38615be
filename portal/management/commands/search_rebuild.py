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

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{feeds.rebuild(options['only'])} things can be found.")
