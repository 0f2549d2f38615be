"""Runs one job inside the sandbox: gate, plan, stage, verify, check, seal."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pipelines.engines.base import CheckOutcome, Column, EngineError, Job, Sample
from pipelines.engines.duckdb import against, gate, verify
from pipelines.engines.duckdb.limits import over
from pipelines.engines.duckdb.logbook import stamp
from pipelines.engines.duckdb.profiles import scanned_rows
from pipelines.engines.duckdb.session import Session, identifier, quoted, reader
from portal.figures import times

Tell = Callable[[dict[str, Any]], None]
CHUNK = 1 << 20


class Query:
    """One job on its way through the sandbox; `tell` sends events to whoever asked for it."""

    def __init__(self, session: Session, job: Job, tell: Tell) -> None:
        self.session = session
        self.job = job
        self.tell = tell
        self._ends = time.monotonic() + job.limits.seconds
        self._since = time.time()
        self._phases: list[tuple[str, float, float]] = []

    def note(self, text: str) -> None:
        """Say one line of the job's own log, with the time, and the phases that ended since."""
        said = {"event": "log", "line": f"{stamp(time.time())} {text}", "phases": self._phases}
        self.tell(said)
        self._phases = []

    def ended(self, phase: str) -> None:
        """What was done since the phase before was this; it is told with the next line."""
        now = time.time()
        self._phases.append((phase, self._since, now))
        self._since = now

    def run(self, temp: str, result: int) -> dict[str, Any]:
        """Do it all; `result` is the descriptor of the (empty) file at `job.result_path`."""
        session, job = self.session, self.job
        session.prepare(temp, is_profiled=_reads_text(job))
        refuse_bad_names(job)
        session.attach(job.sources)
        paths = [path for source in job.sources for path in source.paths]
        session.lock([*paths, job.result_path])
        self.ended("open inputs")
        self._note_beginning()
        query, checks, found = self._plan()
        self.ended("plan")
        rows_out, profile = self._stage(query, is_profiled=_reads_text(job))
        rows_in = self._verify(rows_out) + sum(scanned_rows(profile).values())
        outcomes = self._check(checks)
        size = os.fstat(result).st_size
        if size > job.limits.file_mb * 1024 * 1024:
            raise over("file", job.limits)
        checksum = seal(result)
        self.ended("seal")
        self.note(f"result staged: {size:,} bytes, {checksum}")
        required = {column.name for column in job.columns if column.required}
        return {
            "rows_in": rows_in,
            "rows_out": rows_out,
            "bytes_in": sum(os.stat(path).st_size for path in paths),
            "bytes_out": size,
            "checksum": checksum,
            "checks": [asdict(outcome) for outcome in outcomes],
            "columns": [
                asdict(Column(name, verify.stored(kind), name in required)) for name, kind in found
            ],
        }

    def _note_beginning(self) -> None:
        limits, sources = self.job.limits, self.job.sources
        read = ", ".join(f"{s.name} ({s.format}, {times(len(s.paths), 'file')})" for s in sources)
        self.note(
            f"begun within {limits.memory_mb} MB, {limits.seconds:g} s, threads: {limits.threads}; "
            f"inputs: {read or 'none'}"
        )

    def _plan(self) -> tuple[gate.Statement, list[gate.Statement], list[tuple[str, str]]]:
        """Read the query and the checks, and see that they fit, before any row is touched."""
        session, job = self.session, self.job
        names = [source.name for source in job.sources]
        texts = [("", job.sql), *((check.name, check.sql) for check in job.checks)]
        query, *checks = gate.admit(session.connection, texts)
        gate.refuse_strangers(query, job.sql, names)
        found = session.describe(query, job.parameters)
        verify.shape(session, found, job.columns, job.key)
        if checks:
            shape = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in found)
            session.run(f"CREATE VIEW result AS SELECT {shape} LIMIT 0")
        for check, statement in zip(job.checks, checks, strict=True):
            gate.refuse_strangers(statement, check.sql, [*names, "result"])
            session.describe(statement, job.parameters)
        return query, checks, found

    def _stage(self, query: gate.Statement, *, is_profiled: bool) -> tuple[int, str]:
        """Write the result; answer the rows written, and the profile where one was kept."""
        job = self.job
        began = time.monotonic()
        rows, profile = self.session.stage(
            query, job.parameters, job.result_path, is_profiled=is_profiled
        )
        self.ended("query")
        self.note(f"query finished in {time.monotonic() - began:.3f} s: {rows:,} rows")
        path = quoted(job.result_path)
        self.session.run(f"CREATE OR REPLACE VIEW result AS FROM read_parquet({path})")
        return rows, profile

    def _verify(self, rows_out: int) -> int:
        """Hold the result against contract and key; answer the rows of the Parquet inputs."""
        job = self.job
        rows_in = verify.rows(
            self.session,
            job.columns,
            job.key,
            rows_out=rows_out,
            counted=[source.name for source in job.sources if source.format == "parquet"],
        )
        self.ended("contract")
        if job.columns or job.key:
            key = f", key ({', '.join(job.key)}) unique" if job.key else ""
            self.note(f"contract kept: {len(job.columns)} columns{key}, {rows_out:,} rows")
        return rows_in

    def _check(self, checks: list[gate.Statement]) -> list[CheckOutcome]:
        """Run every check, then fail with all of them if any did not pass."""
        outcomes = []
        for statement in checks:
            outcome = self._outcome(statement)
            outcomes.append(outcome)
            self.ended(f"check {outcome.name}")
            self.tell({"event": "check", "check": asdict(outcome)})
            self.note(f"check {outcome.name}: {outcome.message}")
        failed = [outcome for outcome in outcomes if not outcome.is_passed]
        if failed:
            said = "; ".join(f"{outcome.name} ({outcome.message})" for outcome in failed)
            words = f"{len(failed)} of {len(outcomes)} checks failed: {said}."
            raise EngineError(words, permanent=True, kind="check")
        return outcomes

    def _outcome(self, statement: gate.Statement) -> CheckOutcome:
        name, began = statement.part, time.monotonic()
        try:
            answer = self.session.ask(
                "SELECT count(*) FROM (\n", statement, "\n)", self.job.parameters
            )
        except EngineError as error:
            if error.kind != "sql":
                raise
            return CheckOutcome(name, is_passed=False, message=error.message, rows=0)
        rows = int(answer[0][0])
        said = "passed" if not rows else f"{rows:,} {'row' if rows == 1 else 'rows'} against it"
        return CheckOutcome(name, not rows, said, rows, self._sample(statement, began, rows))

    def _sample(self, statement: gate.Statement, began: float, rows: int) -> Sample | None:
        """Rows against it, unless asking once more may take what is left of the job's time."""
        now = time.monotonic()
        if not rows or not against.may_be_asked(took=now - began, left=self._ends - now):
            return None
        return against.first(self.session, statement, self.job.parameters)


def seal(descriptor: int) -> str:
    """Bring a file to the disk and answer "sha256:..." of its bytes."""
    os.fsync(descriptor)
    digest = hashlib.sha256()
    offset = 0
    while chunk := os.pread(descriptor, CHUNK, offset):
        digest.update(chunk)
        offset += len(chunk)
    return f"sha256:{digest.hexdigest()}"


def _reads_text(job: Job) -> bool:
    return any(source.format != "parquet" for source in job.sources)


def refuse_bad_names(job: Job) -> None:
    """EngineError for an input that can't have its name, or a file that can't be read as such."""
    names = [source.name.lower() for source in job.sources]
    for name in names:
        if name == "result" or names.count(name) > 1:
            reason = "is the name of the query's own result" if name == "result" else "comes twice"
            words = f"An input cannot be called {name}: that {reason}."
            raise EngineError(words, permanent=True, kind="input")
    for source in job.sources:
        reader(source)
