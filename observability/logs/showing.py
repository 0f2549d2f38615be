"""Lines as pages show them: with a tone, a source, and the address that is theirs alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid_utils
from django.utils import timezone

from observability import leads
from observability.logs import alike, asking, detail, language, levels, linking, markers, queries
from observability.logs.asking import Asked
from observability.logs.drawing import Mark
from observability.logs.language import Query
from observability.logs.spans import Span
from observability.logs.stores.base import Found
from observability.patterns.models import Pattern
from portal.accounts.models import User
from portal.tones import Tone

BEHIND = timedelta(seconds=60)  # what is followed looks no further back
A_PAGE, IN_PANEL, MOST_NEWER = 100, 40, 200
OF_TRACE = timedelta(days=3)  # before and after a line: approvals take their time
SHORT = 600  # characters of a message that a row shows


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a row."""

    key: str
    found: Found
    level: str
    tone: Tone
    source: str
    clock: str  # to the millisecond today, else with the day

    @property
    def is_long(self) -> bool:
        """A row does not show all of it."""
        return len(self.found.message) > SHORT or "\n" in self.found.message


@dataclass(frozen=True, slots=True)
class Template:
    """Lines of one template."""

    template: str
    component: str
    example: str
    level: str
    tone: Tone
    lines: int
    share: str
    first_seen_at: datetime
    last_seen_at: datetime
    url: str
    without_url: str


def row(found: Found) -> Line:
    return Line(
        asking.key(found),
        found,
        levels.word(found.severity).upper(),
        levels.tone(found.severity),
        found.component,
        _clock(found.at.astimezone(UTC)),
    )


def _clock(at: datetime) -> str:
    if at.date() == timezone.now().date():
        return f"{at:%H:%M:%S}.{at.microsecond // 1000:03}"
    return f"{at.day} {at:%b %H:%M:%S}"


def rows(found: Iterable[Found], marks: Sequence[Mark] = ()) -> list[Line | Mark]:
    """Lines, the newest first, with what was deployed between them."""
    shown: list[Line | Mark] = []
    waiting = sorted(marks, key=lambda mark: mark.at)
    lines = [row(one) for one in found]
    for line in lines:
        while waiting and waiting[-1].at > line.found.at:
            mark = waiting.pop()
            if shown:  # what came after all of these lines stands above them nowhere
                shown.append(mark)
        shown.append(line)
    return shown


def after(lines: Sequence[Found], before: str = "", now: datetime | None = None) -> str:
    """From where what is newer is followed: the newest time, the last that was stored."""
    now = now or timezone.now()
    reached = asking.cursor(before)
    times = [one.at for one in lines] + ([reached[0]] if reached else [])
    ids = [one.id for one in lines] + ([reached[1]] if reached else [])
    if not ids:
        return f"{(now - asking.EPOCH) // asking.MICROSECOND}~{uuid_utils.uuid7()}"
    at = max(*times, now - BEHIND)
    return f"{(min(at, now) - asking.EPOCH) // asking.MICROSECOND}~{max(ids)}"


def explorer(asked: Asked, by: User, before: str) -> dict[str, Any]:
    """A page of lines with what stands between them."""
    page = queries.search(queries.wanted(asked, by), before=before, most=A_PAGE)
    return {
        "page": page,
        "lines": rows(page.lines, markers.marks(asked)),
        "after": after(page.lines),
    }


def templates(asked: Asked, by: User, now: datetime) -> dict[str, Any]:
    """Lines by their templates, the most frequent first."""
    found = alike.found(queries.wanted(asked, by), now)
    most = max((number for _, number in found.rows), default=1)
    return {
        "counted": found,
        "patterns": [_template(pattern, number, most, asked) for pattern, number in found.rows],
    }


def _template(pattern: Pattern, number: int, most: int, asked: Asked) -> Template:
    term = language.field("pattern", str(pattern.pk))
    without = language.field("pattern", str(pattern.pk), is_not=True)
    return Template(
        pattern.template,
        pattern.component,
        pattern.example,
        levels.word(pattern.level).upper(),
        levels.tone(pattern.level),
        number,
        f"{100 * number / most:.1f}%",
        pattern.first_seen_at,
        pattern.last_seen_at,
        asked.with_(term).address(),
        asked.with_(without).address(),
    )


def context(line: Found, most: int) -> dict[str, Any]:
    """A line between its neighbours, with everything that was said in it."""
    around = queries.around(line, most)
    asked = of_source(line)
    return {
        "line": row(line),
        "before": [row(one) for one in around.before],
        "after": [row(one) for one in around.after],
        "asked": asked,
        **said(line, asked),
    }


def said(line: Found, asked: Asked) -> dict[str, Any]:
    """Everything that a line says, and where it leads."""
    found = leads.of_line(line)
    return {
        "values": detail.values(line, asked, found),
        "leads": [lead for lead in found if lead.noun not in {"span", "client"}],
        "of_trace": linking.around(
            language.field("trace", line.trace_id),
            began=line.at - OF_TRACE,
            ended=line.at + OF_TRACE,
            now=timezone.now(),
        )
        if line.trace_id
        else "",
    }


def of_source(line: Found) -> Asked:
    """A search for what the same source wrote around that time."""
    terms = [language.field("component", line.component)]
    if line.environment:
        terms.append(language.field("environment", line.environment))
    at = line.at.astimezone(UTC)
    return Asked(Query(tuple(terms)), Span(at - asking.ROOM, at + asking.ROOM))
