"""When a message goes out, and when it is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

MAX_TRIES = 16  # with these pauses about six hours: a night without a mail server
BASE = timedelta(seconds=15)
LONGEST = timedelta(minutes=30)
# What fails again so soon after it worked is the same matter, and its second word waits so long:
# a flickering thing would otherwise write two mails a minute.
FLICKER = timedelta(minutes=15)


def pause_after(tries: int, *, seed: str) -> timedelta:
    """How long to wait after the `tries`-th failure: doubled each time, spread by a quarter."""
    ceiling: timedelta = min(LONGEST, BASE * 2 ** min(max(0, tries - 1), 12))
    spread = Random(f"{seed}:{tries}").random()  # noqa: S311 - spreads load, guards nothing
    return ceiling * (0.75 + spread / 4)


def may_try_again(tries: int, *, is_permanent: bool) -> bool:
    return not is_permanent and tries < MAX_TRIES


def next_hour(now: datetime) -> datetime:
    """When the digest of this hour is sent."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
