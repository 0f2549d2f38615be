"""What an event says, whoever sent it, and what all events about one deployment say together. Pure.

A deployment is never changed by the event at hand, but is what *all* of its events say, in the
order of the sender's clock. So it does not matter in which order they arrive, or how often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

AHEAD = timedelta(minutes=2)  # clocks differ; more is said
IMPLAUSIBLE = timedelta(days=1)
OLDEST = timedelta(days=3653)  # nobody tells today of what was deployed ten years ago
KEY, NAME, SHA, TITLE = 200, 200, 64, 200
MOST_COMMITS = 250


class Said(StrEnum):
    """Where a deployment is, in words that all senders share; later ones outrank earlier ones."""

    QUEUED = "queued"
    RUNNING = "running"
    FAILED = "failed"
    ABORTED = "aborted"
    SUCCEEDED = "succeeded"


RANK = {said: rank for rank, said in enumerate(Said)}
ENDED = (Said.SUCCEEDED, Said.FAILED, Said.ABORTED)


@dataclass(frozen=True, slots=True)
class Told:
    """A commit that an event names; times where it says them."""

    sha: str
    message: str = ""
    authored_at: datetime | None = None
    committed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one event says about one deployment. `key` is which, in the sender's own numbers.

    `is_guess`: it is a deployment only if someone says so by giving its environment a meaning.
    `mends` names what it fixes or takes back: a key, a commit or a version; "last" is the one
    before.
    """

    key: str
    subject: str
    place: str
    said: Said
    said_at: datetime
    started_at: datetime | None = None
    sha: str = ""
    repository: str = ""
    release: str = ""
    title: str = ""
    url: str = ""
    actor: str = ""
    reason: str = ""
    is_rollback: bool = False
    is_guess: bool = False
    mends: str = ""
    commits: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """Commits of a repository, before they are deployed anywhere."""

    repository: str
    commits: tuple[Told, ...]
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """Something broke, or is mended again. `because` names what caused it, where it is known."""

    key: str
    subject: str
    place: str
    is_over: bool
    said_at: datetime
    title: str = ""
    url: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """An event that is no change, and why."""

    words: str
    said_at: datetime


Read = Report | Pushed | Incident | Nothing


@dataclass(frozen=True, slots=True)
class Clock:
    """An instant that can be believed, and what had to be said about the one that was sent."""

    at: datetime
    words: str = ""


def clock(said_at: datetime, received_at: datetime) -> Clock:
    """A sender's clock that is ahead is held to ours; so is one that stands in another time."""
    if said_at - received_at > AHEAD:
        ahead = said_at - received_at
        return Clock(received_at, f"Its clock is {_span(ahead)} ahead: counted as received.")
    if received_at - said_at > OLDEST:
        return Clock(received_at, f"It says {said_at:%Y}: counted as received.")
    return Clock(min(said_at, received_at))


def _span(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days:,} days"
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


@dataclass(frozen=True, slots=True)
class Heard:
    """A report with when it came."""

    report: Report
    received_at: datetime

    @property
    def order(self) -> tuple[datetime, int]:
        """By the sender's own clock, unless that can't be; then by when it came."""
        said, received = self.report.said_at, self.received_at
        is_odd = said - received > IMPLAUSIBLE or received - said > OLDEST
        return (received if is_odd else said, RANK[self.report.said])


@dataclass(frozen=True, slots=True)
class Course:
    """A deployment as all of its events tell it."""

    said: Said
    started_at: datetime
    finished_at: datetime | None
    live_at: datetime | None
    last: Report
    is_rollback: bool
    mends: str
    commits: tuple[Told, ...] = field(default=())


def course(heard: Iterable[Heard]) -> Course:
    """What became of one deployment. The same events give the same course in any order.

    It was live when it first succeeded; what fails after that failed while it was live.
    """
    rows = sorted(heard, key=lambda each: (each.order, repr(each.report)))
    last = rows[-1].report
    said, ended, live = Said.QUEUED, None, None
    for each in rows:
        said = each.report.said
        at = clock(each.report.said_at, each.received_at).at
        ended = at if said in ENDED else None
        if said == Said.SUCCEEDED and live is None:
            live = at
    started = min(_begun(each) for each in rows)
    return Course(
        said=said,
        started_at=started,
        finished_at=max(ended, started) if ended else None,
        live_at=max(live, started) if live else None,
        last=_filled([each.report for each in rows], last),
        is_rollback=any(each.report.is_rollback for each in rows),
        mends=next((each.report.mends for each in reversed(rows) if each.report.mends), ""),
        commits=tuple({told.sha: told for each in rows for told in each.report.commits}.values())[
            :MOST_COMMITS
        ],
    )


def _begun(heard: Heard) -> datetime:
    at = clock(heard.report.said_at, heard.received_at).at
    begun = heard.report.started_at
    return min(at, clock(begun, heard.received_at).at) if begun else at


TEXTS = ("sha", "repository", "release", "title", "url", "actor", "reason")


def _filled(reports: list[Report], last: Report) -> Report:
    """What the last one does not say, an earlier one may have said."""
    known: dict[str, Any] = {}
    for report in reports:
        known |= {name: text for name in TEXTS if (text := getattr(report, name))}
    return replace(last, **known)


# --- As JSON ----------------------------------------------------------------------------------


def written(report: Report | Incident) -> dict[str, Any]:
    """For a column; `again` reads it."""
    return {name: _plain(value) for name, value in asdict(report).items()}


def again(row: Mapping[str, Any]) -> Report:
    given = dict(row)
    for name in ("said_at", "started_at"):
        given[name] = _at(given.get(name))
    given["said"] = Said(given["said"])
    given["commits"] = tuple(
        Told(
            **{
                **told,
                "authored_at": _at(told["authored_at"]),
                "committed_at": _at(told["committed_at"]),
            }
        )
        for told in given["commits"]
    )
    return Report(**given)


def incident(row: Mapping[str, Any]) -> Incident:
    return Incident(**{**row, "said_at": _at(row["said_at"])})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
