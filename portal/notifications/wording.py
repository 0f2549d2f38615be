"""What a notification says: its title, its story, and the mail that carries it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from portal.figures import DAY, HOUR, MINUTE, times
from portal.masks import mask
from portal.notifications.kinds import SORTS

SECOND = timedelta(seconds=1)
LONGEST = 600  # characters of what went wrong: the page has all of it


class Facts(Protocol):
    """What a matter knows of itself."""

    kind: str
    subject: str
    client: str
    environment: str
    text: str
    times: int
    since_at: datetime
    last_at: datetime
    over_at: datetime | None


def title(matter: Facts) -> str:
    """ "carrier-punctuality fails in production", "… works again in production after 2 h"."""
    sort = SORTS[matter.kind]
    is_over = sort.is_condition and matter.over_at is not None
    said = (is_over and (sort.ends or sort.settled)) or sort.begins
    named = said.format(
        subject=matter.subject,
        client=matter.client or "its client",
        place=f" in {matter.environment}" if matter.environment else "",
    )
    if is_over and sort.ends and matter.over_at is not None and _lasted(matter) >= SECOND:
        return f"{named} after {long(_lasted(matter))}"
    return named


def story(matter: Facts) -> str:
    """What failed and since when: "since 06:00 UTC, 3 runs, last: check `key` found 12 rows"."""
    sort = SORTS[matter.kind]
    text = short(matter.text)
    if not sort.is_condition or not sort.noun:
        return text
    noun, _, plural = sort.noun.partition(",")
    tally = times(matter.times, noun, plural)
    last = "The last: " if matter.times > 1 else ""
    if matter.over_at is not None:
        said = f"{tally} {sort.did}{_when(matter, matter.over_at)}"
        return f"{said}. {last}{text}" if text else f"{said}."
    said = f"Since {clock(matter.since_at)}, {tally}"
    return f"{said}. {last}{text}" if text else f"{said}."


def _lasted(matter: Facts) -> timedelta:
    return (matter.over_at or matter.since_at) - matter.since_at


def _when(matter: Facts, ended: datetime) -> str:
    """ " between 20 Nov 06:00 and 08:00 UTC"; of one, or within a minute: ", 20 Nov 06:00 UTC"."""
    begun = matter.since_at
    if matter.times == 1 or clock(begun) == clock(ended):
        return f", {clock(begun)}"
    is_one_day = begun.astimezone(UTC).date() == ended.astimezone(UTC).date()
    until = ended.astimezone(UTC).strftime("%H:%M UTC") if is_one_day else clock(ended)
    return f" between {clock(begun).removesuffix(' UTC')} and {until}"


def short(text: str) -> str:
    """What went wrong, without secrets, in a length that a telephone shows."""
    text = mask(text.strip())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def followed(text: str, by: str) -> str:
    """A text and what is said after it, which is never cut off for the length of the first."""
    if not by:
        return text
    room = max(0, LONGEST - len(by) - 2)
    kept = text.strip()
    kept = kept if len(kept) <= room else f"{kept[:room].rstrip()}…"
    return f"{kept} {by}".strip()


def clock(at: datetime) -> str:
    """ "20 Nov 06:00 UTC": where a mail is read, nobody knows when it was written."""
    return at.astimezone(UTC).strftime("%-d %b %H:%M UTC")


def long(span: timedelta) -> str:
    """How long it lasted, as one says it: "40 s", "12 min", "2 h", "3 days"."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        hours, minutes = divmod(seconds // MINUTE, 60)
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    return f"{seconds // DAY} days"


@dataclass(frozen=True, slots=True)
class Item:
    """One notification as a message carries it, as it was when the message was written."""

    matter: str  # the identity of the matter
    title: str
    text: str
    link: str  # a path, or a whole address
    because: str = ""  # why this person is told

    def as_json(self) -> dict[str, Any]:
        return {
            name: getattr(self, name) for name in ("matter", "title", "text", "link", "because")
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words, for any channel."""

    subject: str
    items: tuple[Item, ...]
    foot: str


def letter(items: Sequence[Item], *, is_digest: bool) -> Letter:
    """One notification, or what an hour brought: of each matter only the last word."""
    last = {item.matter: item for item in items}
    kept = tuple(last.values())
    if not is_digest or len(kept) == 1:
        return Letter(kept[-1].title, kept[-1:], _foot(kept[-1:]))
    subject = f"{times(len(kept), 'notification')}: {kept[0].title}, and more"
    return Letter(subject, kept, _foot(kept))


def _foot(items: Sequence[Item]) -> str:
    reasons = list(dict.fromkeys(item.because for item in items if item.because))
    return f"You are told because {' and because '.join(reasons)}." if reasons else ""
