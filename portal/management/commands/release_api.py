"""The API of a release, kept as what later changes are held to."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.errors import Refused
from portal.reference import releasing


class Command(BaseCommand):
    help = "Keep the API of this release: later changes are held to it (docs/api.md, What stays)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = releasing.release()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{number:,} places of the API stand in {releasing.RELEASED.name}.")
