"""`python -m tests.bench.settle 1.0`: a crowd in the database of this environment, and a way in.

Says as JSON how much there is, who maintains what has most history, and sessions of people.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

from tests.bench.names import WHO_LOOKS

PEOPLE = 50
AMOUNTS = {
    "components": "portal_component",
    "runs": "pipelines_run",
    "deliveries": "pipelines_delivery",
    "deployments": "deployments_deployment",
    "notifications": "portal_notice",
    "messages": "portal_message",
    "audit entries": "portal_entry",
    "backfills": "pipelines_backfill",
    "drafts": "pipelines_draft",
    "previews": "pipelines_preview",
    "uses of golden paths": "portal_pathrun",
    "feedback": "portal_feedback",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 - tables first

    from portal.search import feeds  # noqa: PLC0415
    from tests.bench.crowd import Size, settle  # noqa: PLC0415

    share = float(sys.argv[1])
    settle(Size() if share == 1 else Size().part(share), timezone.now())
    feeds.rebuild()
    print(json.dumps(_said()))


def _said() -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from portal.accounts.models import User  # noqa: PLC0415

    def session(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies["sessionid"].value

    with connection.cursor() as cursor:
        cursor.execute(WHO_LOOKS)
        reader, component = cursor.fetchone()
        amounts = {}
        for noun, table in AMOUNTS.items():
            cursor.execute(f"SELECT count(*) FROM {table}")
            (amounts[noun],) = cursor.fetchone()
    people = User.objects.order_by("pk").exclude(username=reader)[:PEOPLE]
    return {
        "amounts": amounts,
        "component": component,
        "person": reader,
        "reader": session(User.objects.get(username=reader)),
        "platform": session(User.objects.filter(is_platform=True).earliest("pk")),
        "people": [session(user) for user in people],
    }


if __name__ == "__main__":
    main()
