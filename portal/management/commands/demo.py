"""`manage.py demo`: makes the first administrator, and leaves the rest to the API."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from demo import cast
from demo.client import Surprise
from demo.play import play
from demo.record import Record
from portal.accounts import operations
from portal.accounts.models import User

PORT = os.environ.get("PORT") or "8000"


class Command(BaseCommand):
    help = "Play the demonstration through the API of a running Slipway."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--against", default=f"http://127.0.0.1:{PORT}", help="the address of the portal"
        )
        parser.add_argument(
            "--at-first-start", action="store_true", help="only where nobody is known yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = Record.open(settings.DATA_DIR)
        if options["at_first_start"] and User.objects.exists() and not kept.path.exists():
            # A restored database, say: nobody asked for people and transformations of a story in it
            self.stdout.write("People are known here: `make demo` plays the demonstration.")
            return
        if not User.objects.filter(username=cast.FIRST.username).exists():
            kept = Record.new(settings.DATA_DIR)
            first_administrator(kept)
        address = options["against"].rstrip("/")
        try:
            play(address=address, folder=settings.DATA_DIR, kept=kept, say=self.stdout.write)
        except Surprise as surprise:
            raise CommandError(
                f"The story stopped, for this was not expected:\n{surprise}"
            ) from None


@transaction.atomic
def first_administrator(kept: Record) -> None:
    """The one person whom nobody could let in: made here, with a password and a token."""
    now = timezone.now()
    user = operations.create_user(
        username=cast.FIRST.username,
        full_name=cast.FIRST.full_name,
        email=cast.FIRST.email,
        password=kept.password(cast.FIRST.username),
        is_platform=True,
        by=None,
        now=now,
    )
    _, secret = operations.issue_token(
        user=user,
        name="demonstration",
        scopes=cast.FIRST.scopes,
        expires_at=None,
        by=None,
        now=now,
    )
    kept.keep_token(user.username, secret)
