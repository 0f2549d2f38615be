"""manage.py create_platform_admin: the first person; everything else is done by people."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.accounts import operations
from portal.accounts.models import Scope
from portal.errors import Refused

PASSWORD = "SLIPWAY_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable, not a password


class Command(BaseCommand):
    help = (
        "Create a person with the platform role. The password is taken from "
        f"{PASSWORD}, or asked for at a terminal; without one this person has tokens only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--token",
            nargs="?",
            const="first token",
            help="print a token with every scope, under this name",
        )

    def handle(self, *_: Any, username: str, token: str | None, **given: Any) -> None:
        now = timezone.now()
        password = _password()
        try:
            user = operations.create_user(
                username=username,
                full_name=given["full_name"],
                email=given["email"],
                password=password,
                is_platform=True,
                by=None,
                now=now,
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        how = "can sign in" if password else "has no password, and nobody can sign in"
        self.stderr.write(f"{user.full_name} {how} as {user.username}.")
        if token:
            _token, secret = operations.issue_token(
                user=user,
                name=token,
                scopes=Scope.values,
                expires_at=None,
                by=None,
                now=now,
            )
            self.stdout.write(secret)


def _password() -> str | None:
    if password := os.environ.get(PASSWORD):
        return password
    return getpass.getpass("Password: ") if sys.stdin.isatty() else None
