"""The child's side: behind the walls first, then exactly one request, then gone."""

from __future__ import annotations

import os
import socket
import traceback
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.engines.base import Arriving, EngineError
from pipelines.engines.duckdb import (
    confine,
    files,
    gate,
    ingest,
    kernel,
    landlock,
    sentences,
    trials,
)
from pipelines.engines.duckdb.protocol import Message, job_from, send, source_from
from pipelines.engines.duckdb.query import Query
from pipelines.engines.duckdb.session import Session
from pipelines.engines.duckdb.tasks import Task
from pipelines.engines.duckdb.trials import Trial

ANSWER_TIMEOUT = 60.0
BROKEN, FAILED = 1, 3  # exit codes: a bug of ours, and a job that did not end well


def enter(
    task: Task,
    peer: socket.socket,
    connection: DuckDBPyConnection,
    *,
    parent: int,
    walls: confine.Walls,
    title: kernel.Title,
) -> None:
    """Do one task in this (just forked) process and end it. Never returns."""
    status = BROKEN
    try:
        kept = () if task.result is None else (task.result,)
        confine.leave_parent(parent=parent, keep=(peer.fileno(), *kept))
        title.show(f"slipway-sandbox {task.label}")
        kernel.set_name(f"sql {task.label}"[:15])
        peer.settimeout(ANSWER_TIMEOUT)
        status = _answer(task, peer, connection, walls)
    except Exception:  # noqa: BLE001 - the last place where a bug of ours can be told to anyone
        send(peer, {"event": "bug", "traceback": traceback.format_exc()[-4000:]})
    finally:
        os._exit(status)


def _answer(
    task: Task, peer: socket.socket, connection: DuckDBPyConnection, walls: confine.Walls
) -> int:
    try:
        folder = _shut_in(task, walls)
        done = _work(task, Session(connection, task.limits), peer)
        if folder is not None:
            os.fsync(folder)
        send(peer, {"event": "done", **done})
    except EngineError as error:
        send(peer, {"event": "failed", "error": _flat(error)})
        return FAILED
    except (duckdb.Error, MemoryError) as error:  # in a statement of ours, not of theirs
        found = sentences.explained(error, limits=task.limits, files=task.reads)
        send(peer, {"event": "failed", "error": _flat(found)})
        return FAILED
    return 0


def _shut_in(task: Task, walls: confine.Walls) -> int | None:
    """Raise the walls; answer a descriptor of the result's folder, to make its name durable."""
    folder = None
    if task.writes is not None:
        folder = os.open(os.path.dirname(task.writes), os.O_RDONLY | os.O_DIRECTORY)
    os.mkdir(task.temp, 0o700)
    confine.limit(task.limits, is_counted=walls.process_limit)
    _refuse_missing(task)
    paths = [(path, landlock.READ) for path in task.reads]
    paths.append((task.temp, landlock.SCRATCH))
    if task.writes is not None:
        paths.append((task.writes, landlock.WRITE))
    confine.close_the_door(walls, paths)
    return folder


def _refuse_missing(task: Task) -> None:
    missing = {path for path in task.reads if not os.access(path, os.R_OK)}
    if not missing:
        return
    sources = task.request.get("job", {}).get("sources", [])
    names = [s["name"] for s in sources if missing & set(s["paths"])]
    file = os.path.basename(min(missing))
    what = f"The file {file} of the input {names[0]}" if names else f"The file {file}"
    words = f"{what} is not there, or Slipway may not read it."
    raise EngineError(words, permanent=False, kind="input")


def _work(task: Task, session: Session, peer: socket.socket) -> dict[str, Any]:
    request = task.request
    verb = request["verb"]
    if verb in {"execute", "rehearse"}:
        return _run(task, session, peer)
    if verb in {"inspect", "describe"}:
        return _read(task, session)
    if verb in {"convert", "ingest"}:
        return _rewrite(task, session)
    if verb == "look":
        source = source_from(request["source"])
        return files.look(session, source=source, rows=request["rows"], temp=task.temp)
    return files.sample(session, path=request["path"], rows=request["rows"], temp=task.temp)


def _rewrite(task: Task, session: Session) -> dict[str, Any]:
    request, result = task.request, int(task.result or 0)
    place: dict[str, Any] = {"source": request["source"], "target": request["target"]}
    place |= {"temp": task.temp, "result": result}
    if request["verb"] == "ingest":
        columns = [Arriving(**column) for column in request["columns"]]
        return ingest.ingest(session, columns=columns, **place)
    return files.convert(session, format=request["format"], **place)


def _run(task: Task, session: Session, peer: socket.socket) -> dict[str, Any]:
    job, result = job_from(task.request["job"]), int(task.result or 0)

    def tell(message: Message) -> None:
        send(peer, message)

    if task.request["verb"] == "rehearse":
        return Trial(session, job, tell).run_through(task.temp, result, task.request["rows"])
    return Query(session, job, tell).run(task.temp, result)


def _read(task: Task, session: Session) -> dict[str, Any]:
    if task.request["verb"] == "describe":
        return trials.describe(session, task.request, temp=task.temp)
    session.prepare(task.temp)
    session.lock([])
    (statement,) = gate.admit(session.connection, [("", task.request["sql"])])
    return {
        "parameters": statement.parameters,
        "tables": [name for name, _ in statement.tables],
    }


def _flat(error: EngineError) -> Message:
    return {
        "message": error.message,
        "permanent": error.permanent,
        "kind": error.kind,
        "line": error.line,
        "column": error.column,
        "part": error.part,
    }
