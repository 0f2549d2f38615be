"""manage.py audit_export: the chain's signed head, to be kept where this database is not."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.audit import heads, keeping


class Command(BaseCommand):
    help = "Print the signed head of the audit as JSON. Keep it elsewhere; audit_verify takes it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--public-key", action="store_true", help="print the key that heads are checked with"
        )

    def handle(self, *_: Any, public_key: bool, **__: Any) -> None:
        if public_key:
            self.stdout.write(heads.public_key(settings.AUDIT_SIGNING_KEY))
            return
        head = keeping.signed(timezone.now())
        if head is None:
            raise CommandError("Nothing is sealed yet, so there is no head to export.")
        self.stdout.write(json.dumps(head, indent=2))
