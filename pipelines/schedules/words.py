"""A schedule as people say it: “0 6 * * *” in Europe/Berlin is “every day at 06:00, Europe/Berlin”.

The reading is cronsim's own; here it is only put into the order of a sentence. Pure.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

# Any instant: the reading does not depend on it
SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = re.compile(r"\*/(2|3|4|5|6|10|12|15|20|30) \* \* \* \*")
AT = re.compile(r"At ((?:\d\d:\d\d(?:, and |, | and )?)+) (.+)")
CATCH_UP = {
    "latest": "If runs are missed, only the latest is caught up.",
    "all": "If runs are missed, each is caught up, at most the last 100.",
    "none": "If runs are missed, they are skipped.",
}
CAUSES = {
    "down": "Slipway was not running then.",
    "held": "It was paused then.",
    "stopped": "What was live then was rejected.",
}


def words(cron: str, timezone: str = "") -> str:
    """The schedule in words; "" where the expression can't be read."""
    if len(cron.split()) != 5:
        return ""
    ending = f", {timezone}" if timezone else ""
    if found := EVERY.fullmatch(" ".join(cron.split())):
        return f"every {found[1]} minutes{ending}"
    try:
        said = CronSim(cron, SOME_TIME).explain()
    except (CronSimError, ValueError):
        return ""
    return f"{_in_order(said)}{ending}"


def _in_order(said: str) -> str:
    """Which days, then at what time."""
    said = said.replace(", and ", " and ").replace(" through ", " to ")
    if found := AT.fullmatch(said):
        times, days = found.groups()
        days = re.sub(r"^on ((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$", r"every \1", days)
        days = re.sub(r"^on (?=\w+day (?:to|and) |\w+day, )", "", days)
        said = f"{days} at {times}"
    said = re.sub(r"\bday of month\b", "day of the month", said)
    return said[0].lower() + said[1:] if not re.match(r"[A-Z][a-z]+day", said) else said


def local(at: datetime, timezone: str) -> str:
    """An instant as the clock on the wall there shows it: “Fri 20 Nov 06:00”."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%a %-d %b %H:%M")


def dated(at: datetime, timezone: str) -> str:
    """The same with its year, where one looks far back."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%a %-d %b %Y %H:%M")


def late(logical_at: datetime, timezone: str, cause: str) -> str:
    """Why a run begins long after it was due."""
    return f"Due {local(logical_at, timezone)} ({timezone}). {CAUSES[cause]}"
