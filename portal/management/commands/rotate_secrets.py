"""manage.py rotate_secrets: after a new key was put first, so that the old one can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.rotation import operations
from portal.secrets import Undecryptable


class Command(BaseCommand):
    help = "Write every stored secret anew with the first key of SLIPWAY_ENCRYPTION_KEYS."

    def handle(self, *_: Any, **__: Any) -> None:
        try:
            count = operations.rotate(by=None, now=timezone.now(), say=self.stdout.write)
        except Undecryptable as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
        self.stdout.write(f"Written anew with the first key: {count}.")
