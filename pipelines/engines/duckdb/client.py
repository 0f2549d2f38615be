"""The DuckDB engine as the rest of Slipway sees it: requests to the zygote's Unix socket.

Holds no DuckDB and no state: every call is one connection, so any thread may use one client.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipelines.engines.base import (
    CONVERSION,
    Arriving,
    Beat,
    CheckOutcome,
    Column,
    Converted,
    Description,
    Figures,
    Inspection,
    Job,
    Limits,
    Operator,
    Outcome,
    Phase,
    Portion,
    Rehearsal,
    Sample,
    Shape,
    Source,
    Value,
)
from pipelines.engines.duckdb import endings
from pipelines.engines.duckdb.protocol import LONGEST_ANSWER, Inbox, Message, send
from portal.readable import is_readable

CONNECT_TIMEOUT = 5.0
BEAT_EVERY = 0.5
GRACE = 15.0  # how much later than the deadline a zygote that works must have answered
CANCEL_GRACE = 5.0
SMALL = Limits(seconds=30)


@dataclass(slots=True)
class Conversation:
    """What was heard about one request so far."""

    log: list[str] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    checks: list[CheckOutcome] = field(default_factory=list)
    done: Message | None = None
    failed: Message | None = None
    bug: str = ""
    ending: Message | None = None

    def hear(self, message: Message) -> None:
        """Take in one event."""
        event = message["event"]
        if event == "log":
            self.log.append(str(message["line"]))
            self.phases += [Phase(*phase) for phase in message.get("phases", ())]
        elif event == "check":
            self.checks.append(_outcome(message["check"]))
        elif event == "failed":
            self.failed = message["error"]
        elif event == "bug":
            self.bug = str(message["traceback"])
        elif event == "done":
            self.done = message
        else:
            self.ending = message


class DuckDBEngine:
    """An Engine (see base.py) whose work is done in sandboxes that the zygote at `socket` forks."""

    def __init__(self, socket: str = "") -> None:
        self.socket = socket or default_socket()

    def ping(self) -> Message:
        """Answer pid, DuckDB's version, running jobs and walls. EngineError if it is gone."""
        done = self._ask({"verb": "ping"}, seconds=0, beat=None).done
        if done is None:
            raise endings.lost("The sandbox does not answer.")
        return {key: value for key, value in done.items() if key != "event"}

    def inspect(self, sql: str) -> Inspection:
        """Parse a query without running it, and name what it asks for."""
        request = {"verb": "inspect", "sql": sql, "limits": asdict(SMALL)}
        done = self._finish(request, SMALL, beat=None).done or {}
        return Inspection(parameters=tuple(done["parameters"]), tables=tuple(done["tables"]))

    def execute(self, job: Job, *, beat: Beat) -> Outcome:
        """Run, verify and stage one query; `beat` is asked every half second."""
        request = {"verb": "execute", "job": asdict(job)}
        talk = self._finish(request, job.limits, beat=beat)
        done, usage = talk.done or {}, endings.usage(talk.ending)
        return Outcome(
            rows_in=done["rows_in"],
            rows_out=done["rows_out"],
            bytes_in=done["bytes_in"],
            bytes_out=done["bytes_out"],
            cpu_seconds=usage.cpu_seconds,
            ran_for=usage.ran_for,
            peak_memory=usage.peak_memory,
            checksum=done["checksum"],
            checks=tuple(talk.checks),
            columns=tuple(Column(**column) for column in done["columns"]),
            log=tuple(talk.log),
            phases=tuple(talk.phases),
        )

    def convert(
        self,
        *,
        source: str,
        target: str,
        format: str,
        limits: Limits = CONVERSION,
    ) -> Converted:
        """Write a staged Parquet file in another format to a path that must be free."""
        request: Message = {"verb": "convert", "source": source, "target": target}
        request |= {"format": format, "limits": asdict(limits)}
        done = self._finish(request, limits, beat=None).done or {}
        return Converted(rows=done["rows"], bytes=done["bytes"], checksum=done["checksum"])

    def ingest(
        self,
        *,
        source: str,
        target: str,
        columns: Sequence[Arriving],
        beat: Beat,
        limits: Limits = CONVERSION,
    ) -> Converted:
        """Make Parquet out of text that a database sent; `beat` is asked every half second."""
        request: Message = {"verb": "ingest", "source": source, "target": target}
        request |= {"columns": [asdict(column) for column in columns], "limits": asdict(limits)}
        done = self._finish(request, limits, beat=beat).done or {}
        return Converted(rows=done["rows"], bytes=done["bytes"], checksum=done["checksum"])

    def sample(self, *, path: str, rows: int = 100, limits: Limits = SMALL) -> Sample:
        """Read the first rows of a staged Parquet file."""
        request = {"verb": "sample", "path": path, "rows": rows, "limits": asdict(limits)}
        return self._sample(request, limits)

    def look(self, *, source: Source, rows: int = 50, limits: Limits = SMALL) -> Sample:
        """Read columns and first rows of an input."""
        request = {"verb": "look", "source": asdict(source), "rows": rows, "limits": asdict(limits)}
        return self._sample(request, limits)

    def describe(
        self,
        *,
        sql: str,
        shapes: Sequence[Shape],
        parameters: Mapping[str, Value],
        columns: tuple[Column, ...] = (),
        key: tuple[str, ...] = (),
    ) -> Description:
        """What a query over inputs of these columns would return, without any data."""
        request: Message = {
            "verb": "describe",
            "sql": sql,
            "parameters": dict(parameters),
            "key": key,
        }
        request |= {"shapes": [asdict(shape) for shape in shapes], "limits": asdict(SMALL)}
        request |= {"columns": [asdict(column) for column in columns]}
        done = self._finish(request, SMALL, beat=None).done or {}
        found = tuple(Column(**column) for column in done["columns"])
        return Description(found, tuple(done["complaints"]))

    def rehearse(self, job: Job, *, beat: Beat, rows: int = 100) -> Rehearsal:
        """Run on the first rows, and tell what a run would be refused for."""
        request = {"verb": "rehearse", "job": asdict(job), "rows": rows}
        talk = self._finish(request, job.limits, beat=beat)
        done = talk.done or {}
        return Rehearsal(
            portions=tuple(Portion(**portion) for portion in done["portions"]),
            rows_out=done["rows_out"],
            bytes_out=done["bytes_out"],
            columns=tuple(Figures(**figures) for figures in done["columns"]),
            keys=tuple(tuple(key) for key in done["keys"]),
            complaints=tuple(done["complaints"]),
            checks=tuple(talk.checks),
            rows=tuple(tuple(row) for row in done["rows"]),
            usage=endings.usage(talk.ending),
            plan=tuple(Operator(**operator) for operator in done["plan"]),
            inputs=done["inputs"],
        )

    def _sample(self, request: Message, limits: Limits) -> Sample:
        return _seen(self._finish(request, limits, beat=None).done or {})

    def _finish(self, request: Message, limits: Limits, *, beat: Beat | None) -> Conversation:
        """Ask, wait, and raise unless the job ended well."""
        talk = self._ask(request, seconds=limits.seconds, beat=beat)
        error = endings.error(talk, limits)
        if error is not None:
            raise error
        return talk

    def _ask(self, request: Message, *, seconds: float, beat: Beat | None) -> Conversation:
        talk = Conversation()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            with _explaining():
                connection.settimeout(CONNECT_TIMEOUT)
                connection.connect(self.socket)
                send(connection, request)
            _listen(connection, talk, time.monotonic() + seconds + GRACE, beat)
        return talk


def _outcome(check: Message) -> CheckOutcome:
    sample = check.pop("sample")
    return CheckOutcome(**check, sample=_seen(sample) if sample else None)


def _seen(sample: Message) -> Sample:
    return Sample(
        columns=tuple(Column(**column) for column in sample["columns"]),
        rows=tuple(tuple(row) for row in sample["rows"]),
    )


@contextmanager
def _explaining() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise endings.lost(f"The sandbox does not answer ({error}).") from error


def _listen(connection: socket.socket, talk: Conversation, until: float, beat: Beat | None) -> None:
    """Hear events until the zygote hangs up; ask `beat` in between. Leaving early cancels."""
    inbox = Inbox(LONGEST_ANSWER)
    next_beat = time.monotonic() + BEAT_EVERY
    while (now := time.monotonic()) < until:
        if beat is not None and now >= next_beat:
            next_beat = now + BEAT_EVERY
            if not beat():
                beat = None
                until = now + CANCEL_GRACE
                with _explaining():
                    connection.shutdown(socket.SHUT_WR)  # the zygote kills, and tells the cost
        with _explaining():
            ready = is_readable(connection, seconds=min(BEAT_EVERY, until - now))
            if ready and not _hear(connection, inbox, talk):
                return


def _hear(connection: socket.socket, inbox: Inbox, talk: Conversation) -> bool:
    data = connection.recv(1 << 16)
    inbox.add(data)
    while (message := inbox.take()) is not None:
        talk.hear(message)
    return bool(data)


def default_socket() -> str:
    """Where the zygote listens unless told otherwise: $SLIPWAY_ZYGOTE, or in the data folder."""
    data = os.environ.get("SLIPWAY_DATA") or str(Path(__file__).parents[3] / ".data")
    return os.environ.get("SLIPWAY_ZYGOTE") or str(Path(data) / "run" / "zygote.sock")
