"""What a schedule may say: a cron expression in a time zone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

from portal.files.findings import nearest

FIELDS = "minute, hour, day of the month, month, day of the week"
WORDS = {
    "Bad minute": "Minutes go from 0 to 59.",
    "Bad hour": "Hours go from 0 to 23.",
    "Bad day-of-month": "Days go from 1 to 31, and the month must have that day.",
    "Bad month": "Months go from 1 to 12.",
    "Bad day-of-week": "Sunday is 0 or 7, Monday is 1, Saturday is 6.",
}
DURATION = re.compile(r"([1-9][0-9]{0,5})(m|h|d)")
SECONDS = {"m": 60, "h": 3600, "d": 86_400}
# The library takes “5-5/10” for “5-59/10”
STEP_IN_ONE = re.compile(r"(?<![\w-])((\w+)-\2/\w+)")
ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def cron_problems(cron: str) -> Iterator[str]:
    """Why a cron expression can't be used, in a sentence."""
    if len(cron.split()) != 5:
        yield f"“{cron}” is no schedule: five parts are needed ({FIELDS}), as in “0 6 * * *”."
        return
    if alone := STEP_IN_ONE.search(cron):
        yield f"“{cron}” is unclear: “{alone[1]}” has a step and one number. Write “{alone[2]}”."
        return
    try:
        next(CronSim(cron, ANY_DAY))
    except CronSimError as error:
        yield f"“{cron}” is no schedule. {WORDS.get(str(error), str(error))}"
    except StopIteration:
        yield f"“{cron}” never comes. Choose a day that exists."


def timezone_problems(name: str) -> Iterator[str]:
    """Why a name is no time zone of the IANA list, in a sentence."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = nearest(name, available_timezones())
        yield f"There is no time zone “{name}”.{near} Use a name such as Europe/Berlin or UTC."


def seconds(duration: str) -> int | None:
    """The length of “90m”, “26h” or “2d” in seconds; None where it is no duration."""
    found = DURATION.fullmatch(duration)
    return int(found[1]) * SECONDS[found[2]] if found else None
