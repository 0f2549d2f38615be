"""Lines of one request, by the number that its page of an error shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from observability.logs import linking
from portal.search.things import Hit

NUMBER = re.compile(r"[0-9a-f]{32}")


def address(text: str, now: datetime) -> str | None:
    """Where to look for what is nothing but such a number; None for everything else.

    As long back as lines are kept: an index finds them, and the page may be an old one.
    """
    if not NUMBER.fullmatch(text.strip().lower()):
        return None
    sought = linking.attribute("request_id", text.strip().lower())
    return reverse("observability:log-list") + linking.lately(sought, span="30d", now=now)


def hits(text: str) -> Iterator[Hit]:
    """Its lines, for who types the number where things are found; no query."""
    if url := address(text, timezone.now()):
        number = text.strip().lower()
        yield Hit(
            kind="request",
            kind_label="Request",
            name=f"Logs of request {number}",
            title="",
            text="",
            note="of the last 30 days",
            team="",
            url=url,
            icon="log",
        )
