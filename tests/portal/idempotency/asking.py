"""A request under a key, in this process or one of its own: `-m` and the name of this module."""

from __future__ import annotations

import os
import sys
from typing import Any

import django

PATH = "/api/v1/teams/"
BODY = {"name": "billing", "title": "Billing"}
KEY = "build-17"


def ask(token: str) -> Any:
    """Ask for a team, once."""
    from rest_framework.test import APIClient  # noqa: PLC0415 - once Django is set up

    client = APIClient(
        SERVER_NAME="localhost",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": KEY},
    )
    return client.post(PATH, BODY, format="json")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    sys.stdout.write(f"{ask(sys.argv[1]).status_code}\n")
