"""Parameters of a schedule that take their value from the time they are for. Pure.

`month: "{logical_month}"` gives each run the month of its own due time, in the schedule's zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.runs import parameters
from portal.files.findings import Path, listed, nearest

Found = Iterator[tuple[Path, str]]
DAY = timedelta(days=1)
WORD = re.compile(r"\{([^{}]*)\}")
KNOWN: dict[str, Callable[[datetime], Any]] = {
    "logical_at": lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    "logical_date": lambda at: at.date().isoformat(),
    "logical_year": lambda at: at.year,
    "logical_month": lambda at: at.month,
    "logical_day": lambda at: at.day,
    # What is complete by then: the day and the month before
    "previous_date": lambda at: (at.date() - DAY).isoformat(),
    "previous_month": lambda at: _month_before(at).month,
    "previous_month_year": lambda at: _month_before(at).year,
}
SOME_TIME = datetime(2024, 2, 29, 6, tzinfo=UTC)


def _month_before(at: datetime) -> date:
    """Its last day."""
    return at.date().replace(day=1) - DAY


def filled(values: Mapping[str, Any], *, logical_at: datetime, timezone: str) -> dict[str, Any]:
    """The values for one due time. A value that is one placeholder alone keeps its type."""
    here = logical_at.astimezone(ZoneInfo(timezone))
    return {name: _fill(value, here) for name, value in values.items()}


def problems(values: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]) -> Found:
    """What is wrong with the parameters of a schedule: names, placeholders, types; with paths."""
    for name, value in values.items():
        path: Path = (name,)
        if name not in declared:
            have = f"Declared: {listed(declared)}." if declared else "The file declares none."
            yield path, f"There is no parameter {name}.{nearest(name, declared)} {have}"
        elif unknown := unknown_words(value):
            yield path, unknown
        elif problem := _misfit(name, value, declared[name]):
            yield path, problem


def unknown_words(value: Any) -> str:
    """What to say about a placeholder that means nothing; "" where all of them do."""
    for word in WORD.findall(value) if isinstance(value, str) else ():
        if word not in KNOWN:
            known = listed(f"{{{name}}}" for name in KNOWN)
            return (
                f"“{{{word}}}” means nothing here.{nearest(word, KNOWN)} A schedule knows {known}."
            )
    return ""


def _misfit(name: str, value: Any, declaration: Mapping[str, Any]) -> str:
    """Bounds are looked at only where the value is the same at every due time."""
    is_fixed = not (isinstance(value, str) and WORD.search(value))
    wanted = declaration if is_fixed else {"type": declaration.get("type")}
    if wanted.get("type") not in parameters.WORDS:
        return ""  # said elsewhere
    try:
        parameters.fit(name, _fill(value, SOME_TIME), wanted)
    except parameters.ParameterProblem as problem:
        return problem.message
    return ""


def _fill(value: Any, here: datetime) -> Any:
    if not isinstance(value, str):
        return value
    if (whole := WORD.fullmatch(value)) and whole[1] in KNOWN:
        return KNOWN[whole[1]](here)
    return WORD.sub(
        lambda found: str(KNOWN[found[1]](here)) if found[1] in KNOWN else found[0], value
    )
