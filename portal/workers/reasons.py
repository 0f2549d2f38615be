"""Why work waits, in words, and how processes and queues stand. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.figures import times
from portal.tones import Tone

QUIET = timedelta(seconds=20)  # four beats: it may be busy, it may be gone
GONE = timedelta(seconds=60)
PATIENCE = timedelta(seconds=10)  # due for so long, and nobody took it: then it is stuck
MINUTE = 60


def length(span: timedelta) -> str:
    """ "40 s", "3 min", "2 h", "4 days"."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 2 * MINUTE:
        return f"{seconds} s"
    if seconds < 2 * 60 * MINUTE:
        return f"{seconds // MINUTE} min"
    hours = seconds // (60 * MINUTE)
    return f"{hours} h" if hours < 48 else times(hours // 24, "day")


def heard(seen_at: datetime, now: datetime) -> tuple[Tone, str, str]:
    """How a process stands that was last heard of then: tone, icon, words."""
    silent = now - seen_at
    if silent < QUIET:
        return "good", "good", "Running"
    if silent < GONE:
        return "warn", "warn", f"Silent for {length(silent)}"
    return "bad", "bad", f"Gone, last heard of {length(silent)} ago"


def served(queue: str, seen_at: datetime | None, now: datetime) -> tuple[bool, str]:
    """Whether a queue is served by a process that lives, and what to say where it is not."""
    if seen_at is None:
        return False, f"No worker serves the queue {queue}."
    silent = length(now - seen_at)
    words = f"The queue {queue} is silent: its last worker was heard of {silent} ago."
    return now - seen_at < QUIET, words


def paused(queue: str, since_at: datetime, now: datetime) -> str:
    """Why nothing of a queue is taken though it is served."""
    return f"The queue {queue} was paused {length(now - since_at)} ago."


def ticking(seen_at: datetime | None, now: datetime) -> tuple[bool, str]:
    """The same for the ticks: they are worked on by control, so it is either of them."""
    if seen_at is None:
        return False, "No tick was heard of: beat is not there."
    return now - seen_at < QUIET, f"The last tick was heard of {length(now - seen_at)} ago."


def lease_over(lease_until: datetime | None, now: datetime) -> str:
    """Why work whose worker does not answer is still there. None: the lease was given back."""
    lease_until = lease_until or now
    over = length(now - lease_until)
    if now - lease_until < PATIENCE:
        return f"Its worker stopped answering; its lease ended {over} ago, so it is taken back now."
    return (
        f"Its worker stopped answering, and its lease ended {over} ago: nobody took it back. A "
        "control worker does that each second; see whether one lives."
    )


def again(tries: int, message: str, next_at: datetime, now: datetime) -> str:
    """Why something waits that was tried already."""
    said = f"{message.rstrip('.')}. " if message else ""
    return f"{said}Tried {times(tries, 'time')}; again in {length(next_at - now)}."


def nobody(queue: str, servers: int, slots: int, busy: int) -> str:
    """Why something that is due was not taken."""
    if not servers:
        return f"No worker serves the queue {queue}."
    if slots and busy >= slots:
        return f"{_every(slots)} of {queue} {'is' if slots == 1 else 'are'} busy; it is next."
    return f"A worker of {queue} is free, and its message was lost: it is sent again in seconds."


def _every(slots: int) -> str:
    return {1: "The one thread", 2: "Both threads"}.get(slots, f"All {slots} threads")


def summary(
    dead: Collection[str], stuck: int, asking: int, stopped: Collection[str] = ()
) -> tuple[Tone, str, str]:
    """One glance for the whole house: queues that nobody serves, what is stuck, who is asked."""
    if dead:
        names = ", ".join(sorted(dead))
        return "bad", "bad", f"Nobody serves {names}"
    if stopped:
        names = ", ".join(sorted(stopped))
        return "warn", "pause", f"{names} {'is' if len(stopped) == 1 else 'are'} paused"
    if stuck:
        return "warn", "warn", f"{stuck} {'waits' if stuck == 1 else 'wait'} for something"
    if asking:
        return "info", "user", f"{asking} {'waits' if asking == 1 else 'wait'} for a person"
    return "good", "good", "Everything goes on"
