"""`python -m tests.bench.settle 1.0`: a crowd in the database of this environment, and a way in."""

from __future__ import annotations

import os
import sys

import django

PERSON, PASSWORD = "person-2", "a long way down to the water"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 - tables first

    from portal.accounts import passwords  # noqa: PLC0415
    from portal.accounts.models import User  # noqa: PLC0415
    from portal.search import feeds  # noqa: PLC0415
    from tests.bench.crowd import Size, settle  # noqa: PLC0415

    share = float(sys.argv[1])
    settle(Size() if share == 1 else Size().part(share), timezone.now())
    feeds.rebuild()
    user = User.objects.get(username=PERSON)
    passwords.choose(user, PASSWORD)
    user.save(update_fields=["password"])


if __name__ == "__main__":
    main()
