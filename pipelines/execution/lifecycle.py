"""When an attempt that did not end well is tried again, and when that is enough. Pure."""

from __future__ import annotations

from datetime import timedelta
from random import Random

MAX_TRIES = 3
BASE_SECONDS = 2.0
MAX_SECONDS = 60.0


def doubled(base: float, times: int, *, most: float) -> float:
    """`base` doubled so many times, up to `most`; also after failures of years."""
    return min(most, base * 2.0 ** min(max(0, times), 64))


def pause_before(tries: int, *, seed: str, base: float = BASE_SECONDS) -> timedelta:
    """How long to wait after the `tries`-th failure: exponential, with full jitter below a ceiling.

    Seeded by the row, so that a test can say what it will be. Source: exponential backoff with
    "full jitter", kept above half of the base so that a retry never comes at once.
    """
    ceiling = doubled(base, tries - 1, most=MAX_SECONDS)
    spread = Random(f"{seed}:{tries}").random()  # noqa: S311  # spreads load, guards nothing
    return timedelta(seconds=base / 2 + spread * (ceiling - base / 2))


def may_try_again(*, tries: int, permanent: bool, most: int = MAX_TRIES) -> bool:
    """Whether another automatic attempt makes sense."""
    return not permanent and tries < most
