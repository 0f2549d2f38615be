"""What a worker does when somebody wants to look: rehearse a query, or see what a source offers."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from observability.instrumentation import work as tracing
from pipelines.connections.models import Connection
from pipelines.connections.sources import queries as sources
from pipelines.connections.sources.base import SourceError, Wanted
from pipelines.engines.base import Beat, Check, Column, EngineError, Job, Rehearsal
from pipelines.engines.registry import engine as engine_of
from pipelines.execution.spans import SANDBOX
from pipelines.execution.work import as_engine_error
from pipelines.previews import keeping, limits, queries
from pipelines.previews.models import Look, Preview, State, Work
from pipelines.previews.operations import working
from pipelines.runs import against, artifacts
from pipelines.transformations import sql
from portal import context
from portal.errors import Refused
from portal.figures import size

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def rehearse(*, preview_id: str, clock: Clock) -> None:
    """Do one preview, if it is due and free. Whatever happens, the row says so."""
    preview = working.claim(queries.to_do(), pk=preview_id, now=clock())
    if preview is None:
        return
    with (
        context.bind(
            preview_id=preview.pk,
            environment=preview.environment.name,
            team=preview.team.name,
            trace_id=preview.trace_id,
        ),
        _told(preview),
    ):
        try:
            with _result_of(preview) as result:
                seen = _rehearsed(preview, result, clock)
                _keep(preview, seen, clock)
        except EngineError as error:
            level = logging.INFO if error.permanent else logging.WARNING  # whose fault it is
            how = {"failure": error.kind, **error.died}
            log.log(level, "preview ended: %s", error.message, extra=how)
            _fail(preview, error, clock)
        except Exception as bug:
            _fail(preview, as_engine_error(bug), clock)
            raise


def _told(preview: Preview) -> AbstractContextManager[object]:
    """Its span; a preview of before telemetry has no trace."""
    if not preview.trace_id:
        return nullcontext()
    at = tracing.Belonging(preview.trace_id, preview.span_id)
    return tracing.working("preview", at=at, work=preview.pk, number=preview.attempt)


def _rehearsed(preview: Preview, result: Path, clock: Clock) -> Rehearsal:
    beat = _beat(preview, clock, result)
    names = ", ".join(preview.spec["inputs"]) or "no inputs"
    working.tell(preview, f"Reading {names}")
    with tracing.part("read inputs"):
        job = _job(preview, result, beat)
    working.tell(preview, "Running the query")
    engine = engine_of(preview.spec.get("engine") or "duckdb")
    with tracing.part("sandbox", **{"slipway.service": SANDBOX}):
        return engine.rehearse(job, beat=beat, rows=limits.ROWS_SHOWN)


def _job(preview: Preview, result: Path, beat: Beat) -> Job:
    spec = preview.spec
    contract = spec.get("contract") or {}
    try:
        gathered = sources.gather(
            inputs=spec["inputs"],
            environment=preview.environment,
            parameters=preview.parameters,
            folder=artifacts.absolute(keeping.inputs_path(preview.pk, preview.attempt)),
            portion=limits.head(preview.most_rows),
            beat=beat,
            note=lambda words: working.tell(preview, words),
        )
    except SourceError as error:
        kind = "cancelled" if error.is_cancelled else "input"
        raise EngineError(error.message, permanent=error.permanent, kind=kind) from error
    return Job(
        sql=spec["sql"],
        parameters=dict(preview.parameters),
        sources=tuple(replace(source, most_rows=preview.most_rows) for source in gathered),
        columns=tuple(
            Column(column["name"], column["type"], required=bool(column.get("required")))
            for column in contract.get("columns", [])
        ),
        key=tuple(contract.get("key", [])),
        checks=tuple(Check(check["name"], check["sql"]) for check in spec.get("checks", [])),
        result_path=str(result),
        limits=limits.PREVIEW,
        label=f"preview-{preview.pk.hex[-6:]}-{preview.attempt}",
    )


@contextmanager
def _result_of(preview: Preview) -> Iterator[Path]:
    """Where the result is staged while it is looked at; nothing of it stays, nor of the inputs."""
    path = keeping.result_path(preview.pk, preview.attempt)
    try:
        yield artifacts.make_room(path)
    finally:
        artifacts.remove(path)
        artifacts.remove_inputs(keeping.inputs_path(preview.pk, preview.attempt))


def _keep(preview: Preview, seen: Rehearsal, clock: Clock) -> None:
    """Facts into the row, rows and outermost values into a file that expires."""
    path = keeping.rows_path("previews", preview.pk, preview.attempt)
    content: dict[str, Any] = {
        "rows": [list(row) for row in seen.rows],
        "outermost": {one.name: [one.low, one.high] for one in seen.columns},
        "against": against.found(seen.checks),
        "plan": [asdict(operator) for operator in seen.plan],
        "made_of": [
            None if found is None else [asdict(origin) for origin in found]
            for found in sql.origins(preview.spec["sql"], seen.inputs)
        ],
    }
    keeping.keep(path, content)
    won = working.end(
        preview,
        State.SUCCEEDED,
        now=clock(),
        rows_path=path,
        stage="",
        portions=[asdict(portion) for portion in seen.portions],
        columns=[
            {"name": one.name, "type": one.type, "nulls": one.nulls, "distinct": one.distinct}
            for one in seen.columns
        ],
        keys=[list(key) for key in seen.keys],
        complaints=list(seen.complaints),
        checks=against.facts(seen.checks),
        rows=seen.rows_out,
        bytes=seen.bytes_out,
        ran_for=seen.usage.ran_for,
    )
    if not won:
        artifacts.remove(path)
        working.cancelled(preview, now=clock())


def _fail(preview: Preview, error: EngineError, clock: Clock) -> None:
    tracing.failed(error.message)
    if error.kind == "cancelled":
        working.cancelled(preview, now=clock())
        return
    working.end(
        preview,
        State.FAILED,
        now=clock(),
        message=error.message,
        failure=error.kind,
        line=error.line if not error.part else None,
        column=error.column if not error.part else None,
        stage="",
    )


def look(*, look_id: str, clock: Clock) -> None:
    """See what a connection offers, or what one of its inputs is like; what is known stays."""
    found = working.claim(queries.looks_to_do(), pk=look_id, now=clock())
    if found is None or found.binding.connection is None:
        return
    try:
        facts = _shelf(found) if found.is_shelf else _input(found)
    except Refused as refused:
        working.end(found, State.FAILED, now=clock(), message=refused.message)
        return
    except Exception as bug:
        message = as_engine_error(bug).message
        working.end(found, State.FAILED, now=clock(), message=message)
        raise
    working.end(found, State.SUCCEEDED, now=clock(), looked_at=clock(), **facts)


def _shelf(found: Look) -> dict[str, Any]:
    shelf = sources.browse(
        connection=_connection(found), environment=found.binding.environment, search=found.search
    )
    offers = [
        {
            "kind": offer.kind,
            "path": offer.path,
            "table": offer.table,
            "format": offer.format,
            "bytes": offer.bytes,
            "rows": offer.rows,
        }
        for offer in shelf.offers
    ]
    return {"offers": offers, "has_more": shelf.has_more}


def _input(found: Look) -> dict[str, Any]:
    """Columns for everyone who may use it; the first rows, as a file, for who may see rows."""
    sample = sources.sample(
        connection=_connection(found),
        environment=found.binding.environment,
        wanted=Wanted("input", path=found.path, table=found.table, format=found.format),
        rows=limits.SAMPLE_ROWS,
    )
    path = keeping.rows_path("looks", found.pk, found.attempt)
    keeping.keep(path, {"rows": [list(row) for row in sample.rows]})
    columns = [{"name": column.name, "type": column.type} for column in sample.columns]
    return {"columns": columns, "rows_path": path}


def _connection(found: Look) -> Connection:
    assert found.binding.connection is not None
    return found.binding.connection


def _beat(work: Work, clock: Clock, result: Path) -> Beat:
    """Asked about twice a second: prolongs the lease, and says how much was written."""
    every = min(1.0, settings.LEASE_SECONDS / 4)
    last = time.monotonic()

    def beat() -> bool:
        nonlocal last
        if time.monotonic() - last < every:
            return True
        last = time.monotonic()
        try:
            _tell_size(work, result)
            return working.keep(work, now=clock())
        except DatabaseError:  # the lease has time left
            log.warning("the lease could not be prolonged now", exc_info=True)
            connection.close()
            return True

    return beat


def _tell_size(work: Work, result: Path) -> None:
    with suppress(OSError):
        written = os.stat(result).st_size
        if written and isinstance(work, Preview):
            working.tell(work, f"Running the query, {size(written)} written")
